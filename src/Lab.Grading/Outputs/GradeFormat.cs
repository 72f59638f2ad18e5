using System.Text;
using Lab.Grading.Classes;
using Lab.Grading.Reports;
using Lab.Shared;

namespace Lab.Grading.Outputs;

/// <summary>A file that a format writes.</summary>
/// <param name="Path">Below the output's folder, with forward slashes.</param>
/// <param name="Text">Its content.</param>
public sealed record OutputFile(string Path, string Text);

/// <summary>One of the forms in which grades leave the kit.</summary>
/// <param name="Name">As <c>--format</c> takes it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Write">The files for some reports.</param>
public sealed record GradeFormat(string Name, string Summary, Func<IReadOnlyList<GradeReport>, IEnumerable<OutputFile>> Write)
{
    /// <summary>All formats.</summary>
    public static IReadOnlyList<GradeFormat> All { get; } =
    [
        new("json", "all reports in one file, grades.json", JsonGrades.Write),
        new("csv", "laws.csv, a row for each law, and totals.csv, a row for each student", CsvGrades.Write),
        new("markdown", "summary.md, for a pull request or a job's summary", MarkdownSummary.Write),
        new("junit", "junit.xml, for any CI", JUnitXml.Write),
        new("html", "a page for each student, and class.html", HtmlReports.Write),
        new("gradescope", "results.json for each submission", GradescopeResults.Write),
        new("classroom50", "result.json for each submission, schema classroom50/result/v1", Classroom50Result.Write),
        new("classroom", "result.txt for each submission: the output `result` that the GitHub Classroom reporter reads", ClassroomResult.Write),
    ];

    /// <summary>The formats that a class is written in where none is named.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["json", "csv", "markdown", "junit", "html"];

    /// <summary>The formats of a list of names.</summary>
    /// <exception cref="GradingException">A name that is none.</exception>
    public static IReadOnlyList<GradeFormat> Of(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return [.. names.Distinct().Select(name => All.FirstOrDefault(f => f.Name == name) ?? throw new GradingException(
            $"There is no format \"{name}\". There are: {string.Join(", ", All.Select(f => f.Name))}."))];
    }

    /// <summary>Writes the files of all formats below a folder, each at once or not at all.</summary>
    public static IReadOnlyList<string> WriteAll(IReadOnlyList<GradeFormat> formats, IReadOnlyList<GradeReport> reports, string folder)
    {
        ArgumentNullException.ThrowIfNull(formats);
        var files = formats.SelectMany(f => f.Write(reports)).ToList();       // all are made before the first is written
        foreach (var file in files)
            AtomicFile.Write(Path.Combine([folder, .. file.Path.Split('/')]), Encoding.UTF8.GetBytes(file.Text));
        return [.. files.Select(f => f.Path)];
    }

    /// <summary>Where a format puts a submission's file: into the folder itself where it is the only one.</summary>
    internal static string PathOf(IReadOnlyList<GradeReport> reports, GradeReport report, string file) =>
        reports.Count == 1 ? file : $"submissions/{ClassPlan.KeyOf(report.Student, report.Lab)}/{file}";
}
