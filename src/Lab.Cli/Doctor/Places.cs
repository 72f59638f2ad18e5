namespace Lab.Cli.Doctor;

/// <summary>Where programs and their files usually lie.</summary>
internal static class Places
{
    /// <summary>The user's home folder; empty where there is none.</summary>
    public static string Home { get; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>A text with the home folder written as ~, to keep lines short.</summary>
    public static string Short(string text) =>
        Home.Length > 1 ? text.Replace(Home + Path.DirectorySeparatorChar, $"~{Path.DirectorySeparatorChar}", StringComparison.Ordinal) : text;

    /// <summary>The folders named by environment variables, each of which may hold a list.</summary>
    public static IEnumerable<string> Named(params IEnumerable<string> variables) =>
        variables.SelectMany(name => (Environment.GetEnvironmentVariable(name) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The first program of these names on the PATH or in further folders; null for none.</summary>
    public static string? Program(IEnumerable<string> names, params IEnumerable<string> further)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return Named("PATH").Concat(further)
            .SelectMany(folder => names.SelectMany(name => endings.Select(ending => Path.Combine(folder, name + ending))))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The folders directly in these folders whose names match; folders that are missing or closed hold none.</summary>
    public static IEnumerable<string> Folders(IEnumerable<string> parents, string pattern) => parents
        .Where(parent => parent.Length > 0 && Directory.Exists(parent))
        .SelectMany(parent => Directory.EnumerateDirectories(
            parent, pattern, new EnumerationOptions { IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive }));
}
