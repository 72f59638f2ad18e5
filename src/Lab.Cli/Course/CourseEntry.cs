using System.Text.Json;

namespace Lab.Cli.Course;

/// <summary>One notebook or lab of the course, as its own file describes it.</summary>
/// <param name="Name">The name to run it by: the file's, or the folder's.</param>
/// <param name="Title">Its first heading.</param>
/// <param name="Minutes">How long it takes to work through, where it says so.</param>
/// <param name="Sections">Its headings of the second level.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
internal sealed record CourseEntry(string Name, string Title, int? Minutes, IReadOnlyList<string> Sections, string? Problem = null)
{
    /// <summary>The notebooks of a folder, in reading order.</summary>
    public static List<CourseEntry> Notebooks(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*.ipynb").Order(StringComparer.Ordinal).Select(Notebook)]
        : [];

    /// <summary>The labs of a folder: each folder in it that has a README.md.</summary>
    public static List<CourseEntry> Labs(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Where(lab => File.Exists(Path.Combine(lab, "README.md")))
            .Select(lab => FromHeadings(Path.GetFileName(lab), Headings(File.ReadAllText(Path.Combine(lab, "README.md"))), null))]
        : [];

    private static CourseEntry Notebook(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var root = document.RootElement;
            var headings = root.GetProperty("cells").EnumerateArray()
                .Where(cell => cell.GetProperty("cell_type").ValueEquals("markdown"))
                .SelectMany(cell => Headings(Text(cell.GetProperty("source"))));
            return FromHeadings(name, headings, MinutesOf(root));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(name, "", null, [], $"not a notebook: {problem.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new(name, "", null, [], problem.Message.ReplaceLineEndings(" "));
        }
    }

    private static CourseEntry FromHeadings(string name, IEnumerable<(int Level, string Text)> headings, int? minutes)
    {
        var all = headings.ToList();
        var title = all.Find(heading => heading.Level == 1).Text ?? name;
        return new(name, title, minutes, [.. all.Where(heading => heading.Level == 2).Select(heading => heading.Text)]);
    }

    /// <summary>A Markdown text's headings; what looks like one inside a code fence is none.</summary>
    private static IEnumerable<(int Level, string Text)> Headings(string markdown)
    {
        var fenced = false;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            var level = line.TakeWhile(letter => letter == '#').Count();
            if (!fenced && level is 1 or 2 && line.Length > level && line[level] == ' ')
                yield return (level, line[level..].Trim());
        }
    }

    /// <summary>The format allows one string or a list of lines.</summary>
    private static string Text(JsonElement source) => source.ValueKind == JsonValueKind.Array
        ? string.Concat(source.EnumerateArray().Select(line => line.GetString()))
        : source.GetString() ?? "";

    /// <summary>The notebook's <c>metadata.lab.minutes</c>.</summary>
    private static int? MinutesOf(JsonElement root) =>
        root.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("lab", out var lab) && lab.ValueKind == JsonValueKind.Object
        && lab.TryGetProperty("minutes", out var minutes) && minutes.TryGetInt32(out var value) ? value : null;
}
