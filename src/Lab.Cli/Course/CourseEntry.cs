using System.Text.Json.Nodes;
using Lab.Notebooks.Documents;

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
            var notebook = NotebookDocument.Load(path);
            var headings = notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown).SelectMany(cell => Headings(cell.Source));
            return FromHeadings(name, headings, MinutesOf(notebook));
        }
        catch (NotebookException problem)
        {
            return new(name, "", null, [], problem.Message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal));
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

    /// <summary>The notebook's <c>metadata.lab.minutes</c>.</summary>
    private static int? MinutesOf(NotebookDocument notebook) =>
        notebook.Metadata["lab"] is JsonObject lab && lab["minutes"] is JsonValue minutes && minutes.TryGetValue<int>(out var value)
            ? value
            : null;
}
