namespace Lab.Notebooks.Figures;

/// <summary>Finds a browser of the Chromium family, which draws figures without a window.</summary>
public static class Browser
{
    /// <summary>The environment variable that names the browser to use.</summary>
    public const string Variable = "LAB_BROWSER";

    private static readonly string[] commands =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"];

    /// <summary>The browser's program: the one in LAB_BROWSER, else the first found on the PATH or in the usual places; or null.</summary>
    /// <remarks>A LAB_BROWSER that names no file finds nothing: it is never silently replaced by another browser.</remarks>
    public static string? Find() => Find(Environment.GetEnvironmentVariable);

    internal static string? Find(Func<string, string?> variable)
    {
        if (variable(Variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : OnPath([named], variable).FirstOrDefault();
        return OnPath(commands, variable).Concat(UsualPlaces(variable)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> OnPath(IEnumerable<string> names, Func<string, string?> variable)
    {
        var folders = (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        return from name in names
               from folder in folders
               let path = Path.Combine(folder, name + ending)
               where File.Exists(path)
               select path;
    }

    private static IEnumerable<string> UsualPlaces(Func<string, string?> variable)
    {
        if (OperatingSystem.IsMacOS())
        {
            foreach (var name in new[] { "Google Chrome", "Chromium", "Microsoft Edge" })
                yield return $"/Applications/{name}.app/Contents/MacOS/{name}";
        }
        if (!OperatingSystem.IsWindows())
            yield break;
        foreach (var root in new[] { "ProgramFiles", "ProgramFiles(x86)", "LocalAppData" })
        {
            if (variable(root) is not { Length: > 0 } folder)
                continue;
            yield return Path.Combine(folder, "Google", "Chrome", "Application", "chrome.exe");
            yield return Path.Combine(folder, "Chromium", "Application", "chrome.exe");
            yield return Path.Combine(folder, "Microsoft", "Edge", "Application", "msedge.exe");
        }
    }
}
