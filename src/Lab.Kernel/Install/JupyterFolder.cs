namespace Lab.Kernel.Install;

/// <summary>A folder in which Jupyter looks for kernels.</summary>
/// <param name="Kernels">The folder that holds one folder a kernel.</param>
public sealed record JupyterFolder(string Kernels)
{
    /// <summary>This user's own: <c>JUPYTER_DATA_DIR</c>, or where Jupyter looks on this system.</summary>
    public static JupyterFolder User() => new(Path.Combine(UserData(), "kernels"));

    /// <summary>That of a Python or conda environment.</summary>
    /// <param name="prefix">The environment's folder.</param>
    public static JupyterFolder At(string prefix) => new(Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels"));

    /// <summary>All folders in which Jupyter, started from this environment, would find kernels.</summary>
    public static IReadOnlyList<JupyterFolder> All() =>
    [
        .. Variable("JUPYTER_PATH").Select(path => new JupyterFolder(Path.Combine(path, "kernels"))),
        User(),
        .. Variable("VIRTUAL_ENV").Concat(Variable("CONDA_PREFIX")).Concat(Pythons()).Distinct().Select(At),
        .. SystemWide().Select(path => new JupyterFolder(path)),
    ];

    private static string UserData()
    {
        if (Variable("JUPYTER_DATA_DIR") is [var chosen])
            return chosen;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Jupyter");
        return Path.Combine(Variable("XDG_DATA_HOME") is [var data] ? data : Path.Combine(home, ".local", "share"), "jupyter");
    }

    private static string[] SystemWide() => OperatingSystem.IsWindows()
        ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter", "kernels")]
        : ["/usr/local/share/jupyter/kernels", "/usr/share/jupyter/kernels"];

    /// <summary>The environments of the programs on the PATH that start Jupyter.</summary>
    private static IEnumerable<string> Pythons() => Variable("PATH")
        .Where(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "jupyter.exe" : "jupyter")))
        .Select(folder => Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)))
        .OfType<string>();

    private static string[] Variable(string name) =>
        (Environment.GetEnvironmentVariable(name) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
