using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>All reports in one file.</summary>
/// <param name="Reports">The reports, by student and lab.</param>
public sealed record JsonGrades(IReadOnlyList<GradeReport> Reports)
{
    /// <summary>The name of this format.</summary>
    public string Schema { get; init; } = "lab-grades/1";

    internal static IEnumerable<OutputFile> Write(IReadOnlyList<GradeReport> reports) =>
        [new("grades.json", JsonSerializer.Serialize(new JsonGrades(reports), OutputJson.Readable.JsonGrades))];
}

/// <summary>Writes the formats that are JSON.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonGrades))]
[JsonSerializable(typeof(GradescopeResults))]
[JsonSerializable(typeof(Classroom50Result))]
[JsonSerializable(typeof(ClassroomResult))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    private static readonly Lazy<OutputJson> readable =
        new(() => new(new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>With apostrophes as they are.</summary>
    public static OutputJson Readable => readable.Value;
}
