using Lab.Kernel.Install;

namespace Lab.Cli.Doctor;

/// <summary>What opens the notebooks beside <c>lab run</c>, and the browser that draws their pictures.</summary>
internal static class KernelChecks
{
    /// <summary>VS Code's folders of extensions: on a desktop, on a remote machine, in a container.</summary>
    private static IEnumerable<string> Extensions { get; } =
        new[] { ".vscode", ".vscode-insiders", ".vscode-oss", ".vscode-server", ".vscode-server-insiders", ".vscode-remote" }
            .Select(name => Path.Combine(Places.Home, name, "extensions"));

    /// <summary>The kit's own kernel, where Jupyter finds it.</summary>
    public static Finding Own()
    {
        var found = KernelInstaller.Installed();
        return found.Count > 0
            ? new(Health.Ok, "kernel", string.Join("; ", found))
            : new(Health.Warn, "kernel", "not installed", "Only to open notebooks in Jupyter or in VS Code: `lab kernel install --as-dotnet`.");
    }

    /// <summary>The tool, its Jupyter kernel, and the extension that brings it into VS Code.</summary>
    public static Finding Interactive()
    {
        var found = Found(
            ("tool", Places.Program(["dotnet-interactive"], Path.Combine(Places.Home, ".dotnet", "tools"))),
            ("Jupyter kernel", KernelInstaller.OthersDotnet()),
            ("VS Code extension", Extension("ms-dotnettools.dotnet-interactive-vscode-*")));
        return found.Length > 0
            ? new(Health.Ok, ".NET Interactive", found)
            : new(Health.Warn, ".NET Interactive", "not found",
                "Not needed: the kit has a kernel of its own.");
    }

    /// <summary>The VS Code extension, or the command-line tool.</summary>
    public static Finding Verso()
    {
        var found = Found(
            ("tool", Places.Program(["verso"], Path.Combine(Places.Home, ".dotnet", "tools"))),
            ("VS Code extension", Extension("datafication.verso-notebook-*")));
        return found.Length > 0
            ? new(Health.Ok, "Verso", found)
            : new(Health.Warn, "Verso", "not found", "Only to open notebooks with it: VS Code's extension Datafication.verso-notebook.");
    }

    /// <summary>Jupyter itself.</summary>
    public static Finding Jupyter()
    {
        var program = Places.Program(["jupyter", "jupyter-lab", "jupyter-notebook"]);
        return program is not null
            ? new(Health.Ok, "Jupyter", program)
            : new(Health.Warn, "Jupyter", "not found", "Only to open notebooks in Jupyter: `pip install jupyterlab`.");
    }

    /// <summary>The browser that turns figures into PNG.</summary>
    /// <param name="program">Its path, or null.</param>
    /// <param name="wish">The value of LAB_BROWSER, or null.</param>
    public static Finding Browser(string? program, string? wish) => (program, wish) switch
    {
        ({ } path, _) => new(Health.Ok, "browser", path),
        (null, { Length: > 0 }) => new(Health.Warn, "browser", $"LAB_BROWSER names no program: {wish}", "Set it to Chromium, Chrome or Edge, or unset it."),
        _ => new(Health.Warn, "browser", "not found", "Only for pictures in `lab run --save`: install Chromium, Chrome or Edge, or set LAB_BROWSER."),
    };

    private static string Found(params (string What, string? Where)[] places) =>
        string.Join("; ", places.Where(place => place.Where is not null).Select(place => $"{place.What} {place.Where}"));

    private static string? Extension(string pattern) => Places.Folders(Extensions, pattern).FirstOrDefault();
}
