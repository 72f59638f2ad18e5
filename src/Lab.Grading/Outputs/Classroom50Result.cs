using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Classes;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>The <c>result.json</c> that Classroom 50's runner reads, schema <c>classroom50/result/v1</c>.</summary>
/// <remarks>
/// Class, assignment, submission and addresses come from the environment that the runner sets; <c>owner</c> and
/// <c>assignment_type</c> it stamps itself.
/// </remarks>
internal sealed record Classroom50Result
{
    [JsonPropertyName("schema")]
    public string Schema { get; init; } = "classroom50/result/v1";

    [JsonPropertyName("classroom")]
    public required string Classroom { get; init; }

    [JsonPropertyName("assignment")]
    public required string Assignment { get; init; }

    [JsonPropertyName("submission")]
    public required string Submission { get; init; }

    [JsonPropertyName("commit")]
    public required string Commit { get; init; }

    [JsonPropertyName("release")]
    public required string Release { get; init; }

    [JsonPropertyName("review")]
    public required string Review { get; init; }

    [JsonPropertyName("datetime")]
    public required string Datetime { get; init; }

    [JsonPropertyName("score")]
    public required int Score { get; init; }

    [JsonPropertyName("max-score")]
    public required int MaxScore { get; init; }

    [JsonPropertyName("tests")]
    public required IReadOnlyList<Classroom50Test> Tests { get; init; }

    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports) => Write(reports, Environment.GetEnvironmentVariable, DateTime.UtcNow);

    /// <summary>The files, with the environment and the time given.</summary>
    public static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports, Func<string, string?> environment, DateTime now) =>
        reports.Select(report => new OutputFile(
            GradeFormat.PathOf(reports, report, "result.json"),
            JsonSerializer.Serialize(Of(report.ForStudent(), environment, now), OutputJson.Readable.Classroom50Result)));

    private static Classroom50Result Of(GradeReport report, Func<string, string?> environment, DateTime now)
    {
        string Given(string name) => environment(name) is { Length: > 0 } value ? value : throw new GradingException(
            $"The format classroom50 wants the environment variable {name}, which Classroom 50's runner sets; it is not set.");
        return new()
        {
            Classroom = Given("CLASSROOM"),
            Assignment = Given("ASSIGNMENT"),
            Submission = Given("SUBMISSION_TAG"),
            Commit = Given("COMMIT_URL"),
            Release = Given("RELEASE_URL"),
            Review = environment("REVIEW_URL") is { Length: > 0 } review ? review : Given("COMMIT_URL"),
            Datetime = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Score = report.Points,
            MaxScore = report.MaxPoints,
            Tests = [.. report.Laws.Select(law => new Classroom50Test
            {
                Name = $"{law.Exercise}: {law.Law}",
                Passed = law.Outcome == LawOutcome.Passed,
                Score = law.Points,
                MaxScore = law.MaxPoints,
                Output = law.Outcome == LawOutcome.Passed ? null : Plain.Lines(LawText.Of(law)),
            })],
        };
    }

    internal sealed record Classroom50Test
    {
        [JsonPropertyName("test-name")]
        public required string Name { get; init; }

        [JsonPropertyName("passed")]
        public required bool Passed { get; init; }

        [JsonPropertyName("score")]
        public required int Score { get; init; }

        [JsonPropertyName("max-score")]
        public required int MaxScore { get; init; }

        [JsonPropertyName("output")]
        public string? Output { get; init; }
    }
}
