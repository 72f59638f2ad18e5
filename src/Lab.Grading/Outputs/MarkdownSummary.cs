using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>Grades as Markdown: for one submission its laws, for several a row each.</summary>
internal static class MarkdownSummary
{
    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports) =>
        [new("summary.md", reports is [var one] ? OfOne(one) : OfClass(reports))];

    private static string OfOne(GradeReport report)
    {
        var text = new StringBuilder($"## Lab {report.Lab} · {Plain.Markdown(report.Title)}: {report.Points} of {report.MaxPoints} points\n\n");
        if (report.Status != SubmissionStatus.Graded)
            text.Append(CultureInfo.InvariantCulture, $"**{SubmissionText.Word(report.Status)}**: {Plain.Markdown(report.Reason)}\n\n");
        foreach (var finding in report.Findings)
            text.Append(CultureInfo.InvariantCulture, $"- {Plain.Markdown(finding.ToString())}\n");
        if (report.Findings.Count > 0)
            text.Append('\n');
        text.Append("| Exercise | Law | Result | Points |\n|---|---|---|---:|\n");
        foreach (var law in report.Laws)
        {
            var why = law.Outcome == LawOutcome.Passed ? "" : $": {Plain.Markdown(law.Diagnosis ?? law.Reason)}";
            text.Append(CultureInfo.InvariantCulture,
                $"| {law.Exercise} | {Plain.Markdown(law.Law)} | {LawText.Word(law.Outcome)}{why} | {law.Points} of {law.MaxPoints} |\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"\nIsolation: {Plain.Markdown(report.Isolation)}.\n").ToString();
    }

    private static string OfClass(IReadOnlyList<GradeReport> reports)
    {
        var text = new StringBuilder($"## {reports.Count} submissions\n\n| Student | Lab | Points | Status | Laws that fail |\n|---|---|---:|---|---|\n");
        foreach (var report in reports)
        {
            var failing = report.Laws.Where(l => l.Outcome != LawOutcome.Passed).ToList();
            var named = string.Join(", ", failing.Take(3).Select(l => $"{l.Exercise}: {Plain.Markdown(l.Law)}"));
            text.Append(CultureInfo.InvariantCulture,
                $"| {Plain.Markdown(report.Student)} | {report.Lab} | {report.Points} of {report.MaxPoints} | {SubmissionText.Word(report.Status)} | {named}{(failing.Count > 3 ? $" and {failing.Count - 3} more" : "")} |\n");
        }
        return text.ToString();
    }
}
