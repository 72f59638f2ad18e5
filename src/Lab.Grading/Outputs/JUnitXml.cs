using System.Globalization;
using System.Text;
using System.Xml;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>Grades as JUnit's XML, which every CI reads: a suite for each submission, a case for each law.</summary>
internal static class JUnitXml
{
    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports)
    {
        using var text = new Utf8Writer();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, [.. reports.SelectMany(r => r.Laws)], reports.Sum(r => r.Seconds));
            foreach (var report in reports)
                Suite(xml, report);
            xml.WriteEndElement();
        }
        yield return new("junit.xml", text + "\n");
    }

    private static void Suite(XmlWriter xml, GradeReport report)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Plain.Line($"{report.Student}, lab {report.Lab}"));
        Counts(xml, report.Laws, report.Seconds);
        xml.WriteStartElement("properties");
        foreach (var (name, value) in new[]
        {
            ("points", $"{report.Points}"), ("max-points", $"{report.MaxPoints}"), ("status", $"{report.Status}"), ("isolation", report.Isolation),
        })
        {
            xml.WriteStartElement("property");
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("value", Plain.Line(value));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        foreach (var law in report.Laws)
            Case(xml, report, law);
        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, GradeReport report, LawReport law)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", $"Lab{report.Lab}.{law.Exercise}");
        xml.WriteAttributeString("name", law.Law);
        xml.WriteAttributeString("time", Seconds(law.Seconds));
        if (IsError(law))
            Problem(xml, "error", law);
        else if (law.Outcome != LawOutcome.Passed)
            Problem(xml, "failure", law);
        xml.WriteEndElement();
    }

    private static void Problem(XmlWriter xml, string element, LawReport law)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", law.Outcome.ToString());
        xml.WriteAttributeString("message", Plain.Line(law.Reason));
        xml.WriteString(Plain.Lines(LawText.Of(law)));
        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<LawReport> laws, double seconds)
    {
        var errors = laws.Count(IsError);
        xml.WriteAttributeString("tests", $"{laws.Count}");
        xml.WriteAttributeString("failures", $"{laws.Count(l => l.Outcome != LawOutcome.Passed) - errors}");
        xml.WriteAttributeString("errors", $"{errors}");
        xml.WriteAttributeString("time", Seconds(seconds));
    }

    private static bool IsError(LawReport law) =>
        law.Outcome is LawOutcome.Crashed or LawOutcome.TimedOut or LawOutcome.OutOfMemory or LawOutcome.NotReached;

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed class Utf8Writer() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
