using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Grading.Reports;

/// <summary>How a law ended.</summary>
public enum LawOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>There is a counterexample.</summary>
    Failed,

    /// <summary>It may hold, but gives no points while the result is wrong.</summary>
    NotCounted,

    /// <summary>The method uses what the exercise asks to write by hand, or what student code may not use.</summary>
    Refused,

    /// <summary>The code took its process down.</summary>
    Crashed,

    /// <summary>The code did not end in time.</summary>
    TimedOut,

    /// <summary>The code wanted more memory than it may have.</summary>
    OutOfMemory,

    /// <summary>The grading ended before the law's turn.</summary>
    NotReached,

    /// <summary>There is no such method, or it has another signature.</summary>
    Missing,
}

/// <summary>What became of a submission as a whole.</summary>
public enum SubmissionStatus
{
    /// <summary>The laws were tried.</summary>
    Graded,

    /// <summary>There is no file, or more than one.</summary>
    Missing,

    /// <summary>The file is too large to be a solution.</summary>
    TooLarge,

    /// <summary>The file is not UTF-8 text.</summary>
    NotText,

    /// <summary>The compiler refuses it.</summary>
    DoesNotCompile,

    /// <summary>It uses what student code may not use.</summary>
    Refused,

    /// <summary>The grader could not do its work; this is not the student's fault.</summary>
    Broken,
}

/// <summary>Something to say about a place in the student's file.</summary>
/// <param name="Line">From 1; 0 where no line can be named.</param>
/// <param name="Column">From 1; 0 where no column can be named.</param>
/// <param name="Message">What is wrong there, in plain words.</param>
public sealed record Finding(int Line, int Column, string Message)
{
    /// <summary><c>line 12: message</c>.</summary>
    public override string ToString() => Line > 0 ? $"line {Line}, column {Column}: {Message}" : Message;
}

/// <summary>The numbers of a tensor, as far as they are shown.</summary>
/// <param name="Name">The parameter's name, or "got" and "expected".</param>
/// <param name="Dtype">Its dtype.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">Its first numbers, row by row; at most <see cref="Most"/>.</param>
public sealed record TensorReport(string Name, string Dtype, IReadOnlyList<long> Shape, IReadOnlyList<double> Values)
{
    /// <summary>How many numbers are kept.</summary>
    public const int Most = 256;
}

/// <summary>Where two results first part.</summary>
public sealed record DifferenceReport(IReadOnlyList<long> Index, double Got, double Expected);

/// <summary>The smallest case found on which a law fails.</summary>
/// <param name="Case">Sizes, options and seed, as one line.</param>
/// <param name="Inputs">What the student's method was given.</param>
/// <param name="Got">What it gave; empty where the law has no such thing.</param>
/// <param name="Expected">What it should have given.</param>
/// <param name="First">The first place where the two part.</param>
public sealed record CounterexampleReport(
    string Case, IReadOnlyList<TensorReport> Inputs, IReadOnlyList<TensorReport> Got, IReadOnlyList<TensorReport> Expected, DifferenceReport? First);

/// <summary>How one law of one exercise ended.</summary>
public sealed record LawReport
{
    /// <summary>The exercise's name.</summary>
    public required string Exercise { get; init; }

    /// <summary>The law's name.</summary>
    public required string Law { get; init; }

    /// <summary>The law in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>How it ended.</summary>
    public required LawOutcome Outcome { get; init; }

    /// <summary>Points given.</summary>
    public required int Points { get; init; }

    /// <summary>Points that it is worth.</summary>
    public required int MaxPoints { get; init; }

    /// <summary>Whether students see only its name and hint.</summary>
    public bool Hidden { get; init; }

    /// <summary>Why it did not pass, in one sentence; empty where it did.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What to think about.</summary>
    public string? Hint { get; init; }

    /// <summary>The smallest input on which it fails.</summary>
    public CounterexampleReport? Counterexample { get; init; }

    /// <summary>What makes the same cases again.</summary>
    public ulong Seed { get; init; }

    /// <summary>The name of the known mistake that the method makes.</summary>
    public string? Misconception { get; init; }

    /// <summary>What a student who made that mistake should read.</summary>
    public string? Diagnosis { get; init; }

    /// <summary>Cases tried.</summary>
    public int Cases { get; init; }

    /// <summary>Wall time.</summary>
    public double Seconds { get; init; }
}

/// <summary>How a submission was graded.</summary>
public sealed record GradeReport
{
    /// <summary>The name of this format.</summary>
    public const string CurrentSchema = "lab-grade/1";

    /// <summary>The largest report that is read.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>The format.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The lab's number.</summary>
    public required string Lab { get; init; }

    /// <summary>The lab's title.</summary>
    public required string Title { get; init; }

    /// <summary>What the submission is called.</summary>
    public required string Submission { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Student { get; init; }

    /// <summary>What became of it.</summary>
    public required SubmissionStatus Status { get; init; }

    /// <summary>Why the laws were not tried, in one sentence; empty where they were.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the compiler or the check of symbols says.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>One for each law of the lab, in its order.</summary>
    public required IReadOnlyList<LawReport> Laws { get; init; }

    /// <summary>Points given.</summary>
    public required int Points { get; init; }

    /// <summary>Points of all laws.</summary>
    public required int MaxPoints { get; init; }

    /// <summary>How the student's code was kept apart: "bubblewrap", or "limits only: why".</summary>
    public required string Isolation { get; init; }

    /// <summary>The kit's version.</summary>
    public required string Kit { get; init; }

    /// <summary>SHA-256 of the student's file, in hexadecimal; empty where there is none.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Wall time.</summary>
    public double Seconds { get; init; }

    /// <summary>The report as students may see it: of hidden laws only name, outcome, points and hint.</summary>
    public GradeReport ForStudent() => this with
    {
        Laws = [.. Laws.Select(l => !l.Hidden ? l : l with
    {
        Counterexample = null,
        Seed = 0,
        Reason = l.Outcome == LawOutcome.Failed ? "It fails on cases that are not shown." : l.Reason,
    })]
    };

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Readable.GradeReport);

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">Not a report of this format, or too large to be one.</exception>
    public static GradeReport FromJson(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostBytes)
            throw new JsonException($"A report has at most {MostBytes} characters, this has {text.Length}.");
        var report = JsonSerializer.Deserialize(text, ReportJson.Readable.GradeReport) ?? throw new JsonException("A report was wanted, got null.");
        return report.Schema == CurrentSchema && report.Points == report.Laws.Sum(l => l.Points) && report.Points <= report.MaxPoints
            ? report
            : throw new JsonException($"A report of format {CurrentSchema} whose points add up was wanted, got {report.Schema} with {report.Points}.");
    }
}

/// <summary>Reads and writes reports without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GradeReport))]
[JsonSerializable(typeof(LawReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>With apostrophes as they are.</summary>
    public static ReportJson Readable => readable.Value;

    private static readonly Lazy<ReportJson> readable =
        new(() => new(new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
