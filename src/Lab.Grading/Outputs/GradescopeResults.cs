using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>The <c>results.json</c> that Gradescope reads from an autograder.</summary>
/// <remarks>What it shows, students see: of hidden laws only name, points and hint.</remarks>
internal sealed record GradescopeResults
{
    [JsonPropertyName("execution_time")]
    public required double ExecutionTime { get; init; }

    [JsonPropertyName("output")]
    public required string Output { get; init; }

    [JsonPropertyName("stdout_visibility")]
    public string StdoutVisibility { get; init; } = "hidden";

    [JsonPropertyName("tests")]
    public required IReadOnlyList<GradescopeTest> Tests { get; init; }

    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports) => reports.Select(report => new OutputFile(
        GradeFormat.PathOf(reports, report, "results.json"), JsonSerializer.Serialize(Of(report.ForStudent()), OutputJson.Readable.GradescopeResults)));

    private static GradescopeResults Of(GradeReport report) => new()
    {
        ExecutionTime = Math.Round(report.Seconds, 3),
        Output = Plain.Lines(SubmissionText.Of(report)),
        Tests = [.. report.Laws.Select((law, i) => new GradescopeTest
        {
            Score = law.Points,
            MaxScore = law.MaxPoints,
            Name = $"{law.Exercise}: {law.Law}",
            Number = $"{i + 1}",
            Status = law.Outcome == LawOutcome.Passed ? "passed" : "failed",
            Output = Plain.Lines(LawText.Of(law)),
        })],
    };

    internal sealed record GradescopeTest
    {
        [JsonPropertyName("score")]
        public required int Score { get; init; }

        [JsonPropertyName("max_score")]
        public required int MaxScore { get; init; }

        [JsonPropertyName("name")]
        public required string Name { get; init; }

        [JsonPropertyName("number")]
        public required string Number { get; init; }

        [JsonPropertyName("status")]
        public required string Status { get; init; }

        [JsonPropertyName("output")]
        public required string Output { get; init; }

        [JsonPropertyName("visibility")]
        public string Visibility { get; init; } = "visible";
    }
}
