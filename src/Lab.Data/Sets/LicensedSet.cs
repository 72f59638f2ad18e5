namespace Lab.Data.Sets;

/// <summary>
/// A published set whose licence lets nobody but its owner hand it out: the kit says where to ask for it, and reads it where it
/// was put.
/// </summary>
/// <param name="Name">The name on the command line, and of its folder in <c>data/downloads</c>.</param>
/// <param name="About">One line on what it is.</param>
/// <param name="Licence">Its licence, in a few words.</param>
/// <param name="Files">The files that the kit reads.</param>
/// <param name="Steps">How to get it, step by step; <c>{0}</c> is the folder where it belongs.</param>
public sealed record LicensedSet(string Name, string About, string Licence, IReadOnlyList<string> Files, IReadOnlyList<string> Steps)
{
    /// <summary>Which of the files lie in a folder.</summary>
    public IReadOnlyList<string> In(string folder) => [.. Files.Where(file => File.Exists(Path.Combine(folder, file)))];

    /// <summary>How to get it, numbered.</summary>
    /// <param name="folder">Where it belongs.</param>
    public string HowTo(string folder) => string.Join(
        Environment.NewLine, Steps.Select((step, i) => $"  {i + 1}. {step.Replace("{0}", folder, StringComparison.Ordinal)}"));
}
