using Lab.Grading.Classes;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>Grades as pages: one for each submission, as its student may see it, and one of the class.</summary>
/// <remarks>Each page stands alone: no scripts, nothing is fetched, and its policy says so.</remarks>
internal static class HtmlReports
{
    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports)
    {
        foreach (var report in reports)
            yield return new(PathOf(report), StudentPage.Write(report.ForStudent()));
        if (reports.Count != 1)
            yield return new("class.html", ClassPage.Write(reports));
    }

    /// <summary>Where a submission's page lies, seen from the class's.</summary>
    public static string PathOf(GradeReport report) => $"students/{ClassPlan.KeyOf(report.Student, report.Lab)}.html";
}
