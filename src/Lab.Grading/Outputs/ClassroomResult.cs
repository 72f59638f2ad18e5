using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>What GitHub Classroom's reporter reads of a step: its output <c>result</c>, base64 of JSON.</summary>
/// <remarks>
/// GitHub Classroom closed in August 2026; the reporter action lives on where schools run it. The file holds the line for
/// <c>$GITHUB_OUTPUT</c>: <c>cat result.txt &gt;&gt; "$GITHUB_OUTPUT"</c>.
/// </remarks>
internal sealed record ClassroomResult
{
    [JsonPropertyName("version")]
    public int Version { get; init; } = 1;

    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("max_score")]
    public required int MaxScore { get; init; }

    [JsonPropertyName("tests")]
    public required IReadOnlyList<ClassroomTest> Tests { get; init; }

    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports) => reports.Select(report => new OutputFile(
        GradeFormat.PathOf(reports, report, "result.txt"),
        $"result={Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Of(report.ForStudent()), OutputJson.Readable.ClassroomResult)))}\n"));

    private static ClassroomResult Of(GradeReport report) => new()
    {
        Status = report.Status == SubmissionStatus.Broken ? "error" : report.Points == report.MaxPoints ? "pass" : "fail",
        MaxScore = report.MaxPoints,
        Tests = [.. report.Laws.Select(law => new ClassroomTest
        {
            Name = $"{law.Exercise}: {law.Law}",
            Status = law.Outcome switch { LawOutcome.Passed => "pass", LawOutcome.Failed or LawOutcome.NotCounted => "fail", _ => "error" },
            Score = law.Points,
            Message = law.Outcome == LawOutcome.Passed ? "" : Plain.Lines(LawText.Of(law)),
            Duration = Math.Round(law.Seconds * 1000),
        })],
    };

    internal sealed record ClassroomTest
    {
        [JsonPropertyName("name")]
        public required string Name { get; init; }

        [JsonPropertyName("status")]
        public required string Status { get; init; }

        [JsonPropertyName("score")]
        public required int Score { get; init; }

        [JsonPropertyName("message")]
        public required string Message { get; init; }

        [JsonPropertyName("test_code")]
        public string TestCode { get; init; } = "";

        [JsonPropertyName("filename")]
        public string Filename { get; init; } = "Lab.cs";

        [JsonPropertyName("line_no")]
        public int LineNo { get; init; }

        [JsonPropertyName("duration")]
        public required double Duration { get; init; }
    }
}
