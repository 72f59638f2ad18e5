using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Json.Schema;
using Lab.Grading.Classes;
using Lab.Grading.Outputs;
using Lab.Grading.Reports;

namespace Lab.Grading.Tests.Outputs;

public sealed class FormatTests
{
    private static readonly IReadOnlyList<GradeReport> reports = SampleReports.Class;

    [Fact]
    public void All_reports_come_back_from_json()
    {
        var json = Single(JsonGrades.Write(reports));
        var back = JsonDocument.Parse(json).RootElement.GetProperty("reports").EnumerateArray().Select(r => GradeReport.FromJson(r.GetRawText())).ToList();
        Assert.Equal(reports.Select(r => r.Points), back.Select(r => r.Points));
        Assert.Equivalent(reports[^1], back[^1]);
    }

    [Theory]
    [InlineData("gradescope", "results.json", "gradescope.schema.json")]
    [InlineData("classroom50", "result.json", "classroom50.schema.json")]
    [InlineData("classroom", "result.txt", "classroom.schema.json")]
    public void A_hosts_file_keeps_to_its_schema(string format, string file, string schema)
    {
        foreach (var report in reports)
        {
            var written = Assert.Single(Write(format, [report]));
            Assert.Equal(file, written.Path);
            var text = format == "classroom" ? Decoded(written.Text) : written.Text;
            var verdict = JsonSchema.FromText(File.ReadAllText(Path.Combine(Here(), "..", "Schemas", schema)))
                .Evaluate(JsonDocument.Parse(text).RootElement, new() { OutputFormat = OutputFormat.List });
            Assert.True(verdict.IsValid, text);
        }
    }

    [Theory]
    [InlineData("gradescope")]
    [InlineData("classroom50")]
    [InlineData("classroom")]
    [InlineData("html")]
    public void Students_do_not_see_why_a_hidden_law_fails(string format)
    {
        var files = Write(format, [SampleReports.Mixed]);
        var text = string.Concat(files.Select(f => format == "classroom" ? Decoded(f.Text) : f.Text));
        Assert.DoesNotContain(SampleReports.Secret, text, StringComparison.Ordinal);
        Assert.Contains("law 1", text, StringComparison.Ordinal);                // its name they do
        Assert.Contains("Think of rows.", text, StringComparison.Ordinal);       // and its hint
    }

    [Fact]
    public void Points_add_up_in_every_host()
    {
        var gradescope = JsonDocument.Parse(Single(Write("gradescope", [SampleReports.Mixed]))).RootElement;
        Assert.Equal(SampleReports.Mixed.Points, gradescope.GetProperty("tests").EnumerateArray().Sum(t => t.GetProperty("score").GetInt32()));
        var classroom50 = JsonDocument.Parse(Single(Write("classroom50", [SampleReports.Mixed]))).RootElement;
        Assert.Equal(SampleReports.Mixed.Points, classroom50.GetProperty("score").GetInt32());
        Assert.Equal(SampleReports.Mixed.MaxPoints, classroom50.GetProperty("tests").EnumerateArray().Sum(t => t.GetProperty("max-score").GetInt32()));
        var classroom = JsonDocument.Parse(Decoded(Single(Write("classroom", [SampleReports.Mixed])))).RootElement;
        Assert.Equal("fail", classroom.GetProperty("status").GetString());
        Assert.Equal(SampleReports.Mixed.Points, classroom.GetProperty("tests").EnumerateArray().Sum(t => t.GetProperty("score").GetInt32()));
    }

    [Fact]
    public void Junit_keeps_to_its_schema_and_counts_right()
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, XmlReader.Create(Path.Combine(Here(), "..", "Schemas", "junit.xsd")));
        var document = XDocument.Parse(Single(JUnitXml.Write(reports)));
        document.Validate(schemas, (_, problem) => Assert.Fail(problem.Message));
        Assert.Equal($"{reports.Sum(r => r.Laws.Count)}", document.Root!.Attribute("tests")!.Value);
        foreach (var suite in document.Root.Elements("testsuite"))
        {
            Assert.Equal(suite.Attribute("failures")!.Value, $"{suite.Descendants("failure").Count()}");
            Assert.Equal(suite.Attribute("errors")!.Value, $"{suite.Descendants("error").Count()}");
        }
    }

    [Fact]
    public void Tables_have_a_row_for_each_law_and_each_student_and_no_formulas()
    {
        var files = CsvGrades.Write(reports).ToDictionary(f => f.Path, f => f.Text);
        Assert.Equal(reports.Sum(r => r.Laws.Count) + 1, Lines(files["laws.csv"]).Count);
        var totals = Lines(files["totals.csv"]);
        Assert.Equal("student,lab_02,points,max_points", totals[0]);
        Assert.Equal(4, totals.Count);
        Assert.Contains($"ada,{SampleReports.Mixed.Points},{SampleReports.Mixed.Points},{SampleReports.Mixed.MaxPoints}", totals);
        Assert.DoesNotContain(totals, line => line[0] is '=' or '+' or '@' or '-');
        Assert.Contains(totals, line => line.StartsWith("\"'=cmd", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("markdown")]
    [InlineData("junit")]
    [InlineData("html")]
    [InlineData("gradescope")]
    public void What_a_student_wrote_is_text_and_nothing_else(string format)
    {
        foreach (var file in Write(format, reports))
        {
            if (format is "markdown" or "junit" or "html")                       // which are mark-up
                Assert.DoesNotContain("<script", file.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("::error", file.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("##[", file.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(file.Text, c => (char.IsControl(c) && c is not ('\n' or '\r')) || char.IsSurrogate(c) || c == '\u202E');
            Assert.DoesNotContain("..", file.Path.Split('/'));
            Assert.Matches("^[A-Za-z0-9._/-]+$", file.Path);
        }
    }

    [Fact]
    public void Pages_fetch_nothing_and_run_nothing()
    {
        foreach (var file in HtmlReports.Write(reports))
        {
            Assert.Contains("default-src 'none'", file.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("http://", file.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", file.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_class_page_names_mistakes_by_frequency_and_links_everybody()
    {
        var files = HtmlReports.Write(reports).ToDictionary(f => f.Path, f => f.Text);
        var page = files["class.html"];
        Assert.Contains("BatchMaximum", page, StringComparison.Ordinal);
        foreach (var path in files.Keys.Where(path => path != "class.html"))
            Assert.Contains($"href=\"{path}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Classroom50_says_which_variable_is_missing()
    {
        var problem = Assert.Throws<GradingException>(() => Classroom50Result.Write([SampleReports.Mixed], _ => null, DateTime.UnixEpoch).ToList());
        Assert.Contains("CLASSROOM", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_that_there_is_not_is_named_with_those_there_are() =>
        Assert.Contains("gradescope", Assert.Throws<GradingException>(() => GradeFormat.Of(["grades"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Files_are_written_all_or_none()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"lab-formats-{Guid.NewGuid():N}");
        try
        {
            var failing = new GradeFormat("failing", "", _ => throw new GradingException("no"));
            Assert.Throws<GradingException>(() => GradeFormat.WriteAll([.. GradeFormat.Of(["csv"]), failing], reports, folder));
            Assert.False(Directory.Exists(folder));
            var written = GradeFormat.WriteAll(GradeFormat.Of(["csv", "markdown"]), reports, folder);
            Assert.All(written, path => Assert.True(File.Exists(Path.Combine(folder, path))));
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static List<OutputFile> Write(string format, IReadOnlyList<GradeReport> some) => format == "classroom50"
        ? [.. Classroom50Result.Write(some, name => $"https://example.org/{name}", DateTime.UnixEpoch)]
        : [.. GradeFormat.Of([format])[0].Write(some)];

    private static string Single(IEnumerable<OutputFile> files) => Assert.Single(files).Text;

    private static string Decoded(string line)
    {
        Assert.StartsWith("result=", line, StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Convert.FromBase64String(line["result=".Length..].Trim()));
    }

    private static List<string> Lines(string csv) => [.. csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
