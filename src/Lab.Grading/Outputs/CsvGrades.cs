using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>Grades as tables: a row for each law, and a row for each student.</summary>
/// <remarks>RFC 4180: commas, quotes doubled, CRLF. A field that a spreadsheet would take for a formula gets an apostrophe in front.</remarks>
internal static class CsvGrades
{
    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports)
    {
        yield return new("laws.csv", Table(
            ["student", "lab", "status", "exercise", "law", "outcome", "points", "max_points", "misconception"],
            from report in reports
            from law in report.Laws
            select (object?[])
            [
                report.Student, report.Lab, report.Status, law.Exercise, law.Law, law.Outcome, law.Points, law.MaxPoints, law.Misconception,
            ]));

        var labs = reports.Select(r => r.Lab).Distinct().Order(StringComparer.Ordinal).ToList();
        yield return new("totals.csv", Table(
            ["student", .. labs.Select(lab => $"lab_{lab}"), "points", "max_points"],
            from student in reports.GroupBy(r => r.Student)
            orderby student.Key
            let byLab = student.ToDictionary(r => r.Lab)
            select (object?[])
            [
                student.Key, .. labs.Select(lab => (object?)(byLab.TryGetValue(lab, out var report) ? report.Points : null)),
                student.Sum(r => r.Points), student.Sum(r => r.MaxPoints),
            ]));
    }

    private static string Table(IReadOnlyList<string> headers, IEnumerable<object?[]> rows)
    {
        var text = new StringBuilder().AppendJoin(',', headers).Append("\r\n");
        foreach (var row in rows)
            text.AppendJoin(',', row.Select(Field)).Append("\r\n");
        return text.ToString();
    }

    private static string Field(object? value)
    {
        if (value is int number)
            return number.ToString(CultureInfo.InvariantCulture);
        var text = Plain.Line($"{value}");
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@')
            text = "'" + text;
        return text.IndexOfAny([',', '"', ';']) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
