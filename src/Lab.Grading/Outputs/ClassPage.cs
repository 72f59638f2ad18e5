using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>A class at a glance: how points are spread, which laws and which mistakes are worth a lecture, and everybody's page.</summary>
internal static class ClassPage
{
    public static string Write(IReadOnlyList<GradeReport> reports)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture,
            $"<h1>{reports.Count} submissions of {reports.Select(r => r.Student).Distinct().Count()} students</h1>");
        foreach (var lab in reports.GroupBy(r => r.Lab).OrderBy(g => g.Key, StringComparer.Ordinal))
            AppendLab(page, [.. lab]);
        page.Append("<h2>Everybody</h2><table><tr><th>Student</th><th>Lab</th><th class=\"n\">Points</th><th>Status</th></tr>");
        foreach (var report in reports)
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td><a href=\"{HtmlReports.PathOf(report)}\">{Plain.Html(report.Student)}</a></td><td>{Plain.Html(report.Lab)}</td><td class=\"n\">{report.Points} of {report.MaxPoints}</td><td>{SubmissionText.Word(report.Status)}</td></tr>");
        return HtmlPage.Write("The class", page.Append("</table>"));
    }

    private static void AppendLab(StringBuilder page, IReadOnlyList<GradeReport> reports)
    {
        var graded = reports.Where(r => r.Status == SubmissionStatus.Graded).ToList();
        page.Append(CultureInfo.InvariantCulture, $"<h2>Lab {Plain.Html(reports[0].Lab)} · {Plain.Html(reports[0].Title)}</h2>");
        var others = reports.Where(r => r.Status != SubmissionStatus.Graded).GroupBy(r => r.Status)
            .Select(g => $"{g.Count()} {SubmissionText.Word(g.Key)}").ToList();
        var median = graded.Select(r => (double)r.Points).Order().ElementAtOrDefault(graded.Count / 2);
        page.Append(CultureInfo.InvariantCulture,
            $"<p>{graded.Count} graded{(others.Count > 0 ? ", " + string.Join(", ", others) : "")}. Median {median:0} of {reports[0].MaxPoints} points.</p>");
        page.Append(Bars(
            "How points are spread. The height of a bar is the number of students in that tenth of the points.",
            Tenths(reports), "points, in tenths", "students", tall: true));

        if (graded.Count == 0)
            return;
        var laws = graded.SelectMany(r => r.Laws).GroupBy(l => (l.Exercise, l.Law))
            .Select(g => ($"{g.Key.Exercise}: {g.Key.Law}", Value: 100.0 * g.Count(l => l.Outcome == LawOutcome.Passed) / g.Count())).ToList();
        page.Append(Bars("For which part of the class each law holds, in percent. A short bar is a law to talk about.", laws, "", "% of students", tall: false));
        var mistakes = graded.SelectMany(r => r.Laws.Where(l => l.Misconception is not null)
                .Select(l => (l.Exercise, l.Misconception, l.Diagnosis)).Distinct())
            .GroupBy(m => m).OrderByDescending(g => g.Count()).ToList();
        if (mistakes.Count == 0)
            return;
        page.Append("<h3>Known mistakes, the most frequent first</h3><table><tr><th class=\"n\">Students</th><th>Exercise</th><th>Mistake</th><th>What its students read</th></tr>");
        foreach (var group in mistakes)
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td class=\"n\">{group.Count()}</td><td>{Plain.Html(group.Key.Exercise)}</td><td>{Plain.Html(group.Key.Misconception!)}</td><td>{Plain.Html(group.Key.Diagnosis ?? "")}</td></tr>");
        page.Append("</table>");
    }

    private static List<(string Name, double Value)> Tenths(IReadOnlyList<GradeReport> reports)
    {
        var counts = new int[11];                              // full points have a bar of their own
        foreach (var report in reports)
            counts[report.MaxPoints == 0 ? 0 : report.Points == report.MaxPoints ? 10 : Math.Min(9, 10 * report.Points / report.MaxPoints)]++;
        return [.. counts.Select((count, i) => (i == 10 ? "all" : $"{i * 10}%", (double)count))];
    }

    private static string Bars(string caption, IReadOnlyList<(string Name, double Value)> bars, string x, string y, bool tall)
    {
        var most = Math.Max(1, tall ? bars.Max(b => b.Value) : 100);
        var svg = new StringBuilder();
        if (tall)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<svg role="img" width="{bars.Count * 52 + 60}" height="200" font-size="12">""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="12" y="90" transform="rotate(-90 12 90)" text-anchor="middle">{Plain.Html(y)}</text>""");
            for (var i = 0; i < bars.Count; i++)
            {
                var height = bars[i].Value / most * 130;
                svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{i * 52 + 34}" y="{155 - height:0.#}" width="40" height="{height:0.#}" fill="{HtmlPage.Good}"/>""");
                svg.Append(CultureInfo.InvariantCulture, $"""<text x="{i * 52 + 54}" y="{150 - height:0.#}" text-anchor="middle">{bars[i].Value:0}</text><text x="{i * 52 + 54}" y="172" text-anchor="middle">{bars[i].Name}</text>""");
            }
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{bars.Count * 26 + 34}" y="192" text-anchor="middle">{Plain.Html(x)}</text>""");
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<svg role="img" width="860" height="{bars.Count * 24 + 26}" font-size="12">""");
            for (var i = 0; i < bars.Count; i++)
            {
                var width = bars[i].Value / most * 380;
                svg.Append(CultureInfo.InvariantCulture, $"""<text x="410" y="{i * 24 + 16}" text-anchor="end">{Plain.Html(bars[i].Name)}</text><rect x="418" y="{i * 24 + 3}" width="{width:0.#}" height="17" fill="{HtmlPage.Good}"/><text x="{width + 424:0.#}" y="{i * 24 + 16}">{bars[i].Value:0}</text>""");
            }
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="608" y="{bars.Count * 24 + 18}" text-anchor="middle">{Plain.Html(y)}</text>""");
        }
        return $"<figure>{svg}</svg><figcaption>{Plain.Html(caption)}</figcaption></figure>";
    }
}
