using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>A submission's report as a page: what holds, what does not and why, with the smallest counterexample drawn.</summary>
internal static class StudentPage
{
    public static string Write(GradeReport report)
    {
        var share = report.MaxPoints == 0 ? 0 : 100.0 * report.Points / report.MaxPoints;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <h1>Lab {Plain.Html(report.Lab)} · {Plain.Html(report.Title)}</h1>
            <div>{Plain.Html(report.Student)}</div>
            <p class="points"><b>{report.Points}</b> of {report.MaxPoints} points; {report.Laws.Count(l => l.Outcome == LawOutcome.Passed)} of {report.Laws.Count} laws hold.</p>
            <div class="bar" role="img" aria-label="{share:0} percent"><div style="width:{share:0.#}%"></div></div>
            """);
        if (report.Status != SubmissionStatus.Graded)
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"law bad\"><h3><span class=\"mark\">{SubmissionText.Word(report.Status)}</span></h3><p>{Plain.Html(report.Reason)}</p></div>");
        if (report.Findings.Count > 0)
            page.Append("<h2>In your file</h2><table><tr><th class=\"n\">Line</th><th class=\"n\">Column</th><th>What</th></tr>")
                .AppendJoin("", report.Findings.Select(f => $"<tr><td class=\"n\">{At(f.Line)}</td><td class=\"n\">{At(f.Column)}</td><td>{Plain.Html(f.Message)}</td></tr>"))
                .Append("</table>");
        foreach (var exercise in report.Laws.GroupBy(l => l.Exercise))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<h2>{Plain.Html(exercise.Key)}: {exercise.Sum(l => l.Points)} of {exercise.Sum(l => l.MaxPoints)} points</h2>");
            foreach (var law in exercise)
                Append(page, law);
        }
        page.Append(CultureInfo.InvariantCulture,
            $"<footer>Isolation: {Plain.Html(report.Isolation)}. Kit {Plain.Html(report.Kit)}. SHA-256 of the file: {Plain.Html(report.Sha256.Length > 0 ? report.Sha256 : "none")}.</footer>");
        return HtmlPage.Write($"Lab {report.Lab}, {report.Student}", page);
    }

    private static void Append(StringBuilder page, LawReport law)
    {
        var holds = law.Outcome == LawOutcome.Passed;
        page.Append(CultureInfo.InvariantCulture, $"""
            <div class="law{(holds ? "" : " bad")}"><span class="worth">{law.Points} of {law.MaxPoints}</span>
            <h3><span class="mark">{(holds ? "✓" : "✗")} {LawText.Word(law.Outcome)}</span> {Plain.Html(law.Law)}{(law.Hidden ? " <small>(hidden)</small>" : "")}</h3>
            """);
        if (!law.Hidden)
            page.Append(CultureInfo.InvariantCulture, $"<p>{Plain.Html(law.Sentence)}</p>");
        if (!holds)
        {
            if (law.Reason.Length > 0)
                page.Append(CultureInfo.InvariantCulture, $"<p><b>{Plain.Html(law.Reason)}</b></p>");
            if (law.Diagnosis is { } diagnosis)
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"likely\"><b>Likely:</b> {Plain.Html(diagnosis)}</p>");
            if (law.Counterexample is { } found)
                Append(page, found, law);
            if (law.Hint is { } hint)
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"hint\">Hint: {Plain.Html(hint)}</p>");
        }
        page.Append("</div>");
    }

    private static void Append(StringBuilder page, CounterexampleReport found, LawReport law)
    {
        page.Append("<pre>").Append(Plain.Html($"Smallest case: {found.Case}"));
        foreach (var tensor in found.Inputs)
            page.Append('\n').Append(Plain.Html(LawText.Of(tensor)));
        page.Append("</pre>");
        for (var i = 0; i < Math.Min(found.Got.Count, found.Expected.Count); i++)
            page.Append(TensorPicture.Pair(found.Got[i], found.Expected[i], i == 0 ? found.First : null));
        if (found.First is { } first && !law.Reason.Contains("differs at", StringComparison.Ordinal))
            page.Append(CultureInfo.InvariantCulture,
                $"<p>They first part at [{string.Join(", ", first.Index)}]: got {Plain.Number(first.Got)}, expected {Plain.Number(first.Expected)}.</p>");
        if (law.Seed != 0)
            page.Append(CultureInfo.InvariantCulture, $"<p>Replay with <code>LAB_SEED={law.Seed}</code>.</p>");
    }

    private static string At(int place) => place > 0 ? place.ToString(CultureInfo.InvariantCulture) : "";
}
