using Lab.Grading.Reports;

namespace Lab.Grading.Tests.Outputs;

/// <summary>Reports with everything in them that a format must show, or must not.</summary>
internal static class SampleReports
{
    /// <summary>A name and a message with all that is dangerous in some format.</summary>
    public const string Hostile = "=cmd|' /C calc'!A0,\"x\"<script>alert(1)</script>\u001b[31m\u0000\n::error::forged\n##[error]forged\u202E\uD800";

    /// <summary>What only the instructor may read.</summary>
    public const string Secret = "SECRET-OF-A-HIDDEN-LAW";

    /// <summary>A report with a law of every outcome, one of them hidden.</summary>
    public static GradeReport Mixed { get; } = Of("ada", [.. Enum.GetValues<LawOutcome>().Select((outcome, i) => Law(outcome, i))]);

    /// <summary>One that does not compile, of a student with a dangerous name.</summary>
    public static GradeReport Uncompiled { get; } = Of(Hostile, [Law(LawOutcome.NotReached, 0) with { Hidden = false, Reason = "It does not compile." }]) with
    {
        Status = SubmissionStatus.DoesNotCompile,
        Reason = "The file does not compile.",
        Findings = [new(3, 7, $"; was wanted {Hostile}")],
    };

    public static IReadOnlyList<GradeReport> Class { get; } = [Mixed, Uncompiled, Of("grace", [Law(LawOutcome.Passed, 0) with { Hidden = false }])];

    public static GradeReport Of(string student, IReadOnlyList<LawReport> laws, string lab = "02") => new()
    {
        Lab = lab,
        Title = "Stable softmax",
        Submission = $"{student}/Lab.cs",
        Student = student,
        Status = SubmissionStatus.Graded,
        Laws = laws,
        Points = laws.Sum(l => l.Points),
        MaxPoints = laws.Sum(l => l.MaxPoints),
        Isolation = "bubblewrap",
        Kit = "1.0.0",
        Sha256 = new string('a', 64),
        Seconds = 2.5,
    };

    private static LawReport Law(LawOutcome outcome, int number) => new()
    {
        Exercise = "LogSumExp",
        Law = $"law {number}",
        Sentence = "What is right is right.",
        Outcome = outcome,
        Points = outcome == LawOutcome.Passed ? 3 : 0,
        MaxPoints = 3,
        Hidden = outcome == LawOutcome.Failed,
        Reason = outcome switch
        {
            LawOutcome.Passed => "",
            LawOutcome.Failed => Secret,
            LawOutcome.Crashed => Hostile,
            _ => "It is so.",
        },
        Hint = "Think of rows.",
        Misconception = outcome == LawOutcome.NotCounted ? "BatchMaximum" : null,
        Diagnosis = outcome == LawOutcome.NotCounted ? "Rows must not see each other." : null,
        Seed = 5,
        Seconds = 0.25,
        Counterexample = outcome is LawOutcome.Failed or LawOutcome.NotCounted
            ? new(
                $"B = 1, K = 2 {(outcome == LawOutcome.Failed ? Secret : "")}",
                [new("logits", "Float64", [2, 2], [1000, 0, 0, 1])],
                [new("got", "Float64", [2, 2], [double.NaN, 0.5, 0, double.NegativeInfinity])],
                [new("expected", "Float64", [2, 2], [1, 0.5, 0, -2.25])],
                new([0, 0], double.NaN, 1))
            : null,
    };
}
