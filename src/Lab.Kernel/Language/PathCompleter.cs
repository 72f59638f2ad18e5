using System.Text.RegularExpressions;

namespace Lab.Kernel.Language;

/// <summary>Directives and the files that they name: <c>#r "..."</c> and <c>#!import ...</c>.</summary>
internal static partial class PathCompleter
{
    private static readonly string[] directives = ["#!import ", "#!import kit.csx", "#r \""];

    /// <summary>The ways to go on in a directive; null where the cursor is in none.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="fallback">Where imports are looked for too; null for nowhere.</param>
    public static Suggestions? Suggest(string code, int position, string folder, string? fallback = null)
    {
        var line = code[(code.LastIndexOf('\n', Math.Max(0, position - 1)) is var end && position > 0 ? end + 1 : 0)..position];
        if (Reference().Match(line) is { Success: true } reference)
            return Files(position, reference.Groups["path"].Value, [folder], reference.Groups["kind"].Value == "r" ? [".dll"] : [".csx", ".cs"]);
        if (Import().Match(line) is { Success: true } import)
            return Files(position, import.Groups["path"].Value, fallback is null ? [folder] : [folder, fallback], [".csx", ".cs"]);
        var start = line.TrimStart();
        return start.StartsWith('#') && directives.Where(known => known.StartsWith(start, StringComparison.Ordinal)).ToList() is { Count: > 0 } found
            ? new(position - start.Length, position, [.. found.Select(text => new Suggestion(text, "directive"))])
            : null;
    }

    private static Suggestions Files(int position, string written, string[] folders, string[] endings)
    {
        var slash = written.LastIndexOfAny(['/', '\\']) + 1;
        var (parent, begun) = (written[..slash], written[slash..]);
        var items = folders.SelectMany(folder => In(Path.Combine(folder, parent), begun, endings)).DistinctBy(item => item.Text);
        return new(position - begun.Length, position, [.. items]);
    }

    private static List<Suggestion> In(string place, string begun, string[] endings)
    {
        List<Suggestion> items = [];
        try
        {
            var found = new DirectoryInfo(place).EnumerateFileSystemInfos().Where(entry =>
                entry.Name.StartsWith(begun, StringComparison.OrdinalIgnoreCase) && (begun.Length > 0 || entry.Name[0] != '.'));
            foreach (var entry in found.OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase))
            {
                if (entry is DirectoryInfo || Directory.Exists(entry.FullName))
                    items.Add(new(entry.Name + "/", "folder"));
                else if (endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                    items.Add(new(entry.Name, "file"));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No folder, no files.
        }
        return items;
    }

    [GeneratedRegex("""^\s*#(?<kind>r|load)\s+"(?<path>[^"]*)$""")]
    private static partial Regex Reference();

    [GeneratedRegex("""^\s*#!import\s+"?(?<path>[^"]*)$""")]
    private static partial Regex Import();
}
