using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Diagnosis;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Grading.Judging;

/// <summary>What the grader asks of a judge.</summary>
/// <param name="Submission">The student's file.</param>
/// <param name="Lab">The lab.</param>
/// <param name="Folder">The lab's folder.</param>
/// <param name="Options">Limits, and what to try.</param>
/// <param name="ChecksSymbols">Whether the code is checked for what it may not use.</param>
/// <param name="Done">Laws that are decided already.</param>
/// <param name="FingerprintOf">The exercise whose fingerprint is wanted, in place of a report.</param>
internal sealed record JudgeRequest(
    Submission Submission, LabManifest Lab, string Folder, GradeOptions Options, bool ChecksSymbols, IReadOnlyList<LawReport> Done,
    string? FingerprintOf = null);

/// <summary>What a judge says: a law begins, a law ended, all is done. One of them.</summary>
/// <param name="Begins">The exercise and law that it tries now.</param>
/// <param name="Law">How a law ended.</param>
/// <param name="Report">The whole report.</param>
/// <param name="Fingerprint">The fingerprint that was wanted.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record JudgeAnswer(
    LawPlace? Begins = null, LawReport? Law = null, GradeReport? Report = null, Fingerprint? Fingerprint = null, string? Problem = null)
{
    /// <summary>Whether nothing follows.</summary>
    [JsonIgnore]
    public bool IsLast => Report is not null || Fingerprint is not null || Problem is not null;
}

/// <summary>A law of an exercise.</summary>
internal sealed record LawPlace(string Exercise, string Law);

/// <summary>The messages as lines of JSON.</summary>
internal static class JudgeJson
{
    private static readonly JsonSerializerOptions json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void Write<T>(Stream stream, T message)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message, json) + "\n");
        stream.Write(line);
        stream.Flush();
    }

    /// <exception cref="JsonException">Not such a message, or one that is too long.</exception>
    public static T? Read<T>(string? line) where T : class => line is null ? null
        : line.Length > GradeReport.MostBytes ? throw new JsonException($"A message of at most {GradeReport.MostBytes} characters was wanted, got {line.Length}.")
        : JsonSerializer.Deserialize<T>(line, json);
}
