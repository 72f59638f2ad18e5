using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Grading.Labs;
using Lab.Shared;
using Lab.Specs.Harness;

namespace Lab.Grading.Diagnosis;

/// <summary>The fingerprints of a lab's known-wrong solutions, by exercise and name, as <c>misconceptions.json</c> holds them.</summary>
public sealed class Fingerprints
{
    private const string CurrentSchema = "lab-misconceptions/1";
    private const int MostBytes = 16 << 20;

    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, Fingerprint>> exercises;

    /// <param name="exercises">By exercise, then by the name of the known-wrong solution.</param>
    public Fingerprints(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Fingerprint>> exercises) => this.exercises = exercises;

    /// <summary>None.</summary>
    public static Fingerprints None { get; } = new(new Dictionary<string, IReadOnlyDictionary<string, Fingerprint>>());

    /// <summary>Those of a lab; none where it has no such file.</summary>
    /// <exception cref="LabException">The file is not as it must be.</exception>
    public static Fingerprints Load(LabManifest lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        if (lab.Folder.Length == 0 || !File.Exists(lab.FingerprintsFile))
            return None;
        if (new FileInfo(lab.FingerprintsFile).Length > MostBytes)
            throw new LabException(lab.FingerprintsFile, "", $"At most {MostBytes} bytes were wanted.");
        try
        {
            var file = JsonSerializer.Deserialize<Stored>(File.ReadAllText(lab.FingerprintsFile), json)!;
            return file.Schema == CurrentSchema
                ? new(file.Exercises.ToDictionary(e => e.Key, e => (IReadOnlyDictionary<string, Fingerprint>)e.Value))
                : throw new LabException(lab.FingerprintsFile, "$.schema", $"\"{CurrentSchema}\" was wanted, got \"{file.Schema}\".");
        }
        catch (JsonException problem)
        {
            throw new LabException(lab.FingerprintsFile, problem.Path ?? "$", "It cannot be read: make it again with `lab verify --save`.", problem);
        }
    }

    /// <summary>Writes the lab's file; one line for each known-wrong solution.</summary>
    public void Save(LabManifest lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        AtomicFile.Write(lab.FingerprintsFile, Encoding.UTF8.GetBytes(ToJson()));
    }

    /// <summary>The text of the file.</summary>
    public string ToJson()
    {
        var text = new StringBuilder($"{{\n  \"schema\": \"{CurrentSchema}\",\n  \"exercises\": {{\n");
        text.AppendJoin(",\n", exercises.OrderBy(e => e.Key, StringComparer.Ordinal).Select(exercise =>
            $"    {JsonSerializer.Serialize(exercise.Key)}: {{\n" + string.Join(",\n", exercise.Value.OrderBy(w => w.Key, StringComparer.Ordinal).Select(wrong =>
                $"      {JsonSerializer.Serialize(wrong.Key)}: {JsonSerializer.Serialize(wrong.Value, json)}")) + "\n    }"));
        return text.Append("\n  }\n}\n").ToString();
    }

    /// <summary>The known mistake that a version makes; null where it makes none of them.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="version">The version's fingerprint.</param>
    public Misconception? Diagnose(ExerciseManifest exercise, Fingerprint version)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(version);
        if (!exercises.TryGetValue(exercise.Name, out var known))
            return null;
        var spec = SpecCatalog.Of(exercise.Spec);
        var right = Fingerprint.Of(spec.Probe(spec.LibraryVersion, Fingerprint.Count, CaseFix.Of(spec, exercise).Adjust));
        return exercise.Misconceptions
            .Where(m => known.TryGetValue(m.Wrong, out var wrong) && version.Shares(wrong, right))
            .MaxBy(m => version.Agreements(known[m.Wrong]));
    }

    /// <summary>Whether any known mistake of an exercise has a fingerprint.</summary>
    public bool Knows(ExerciseManifest exercise)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        return exercises.ContainsKey(exercise.Name);
    }

    /// <summary>The fingerprint of a version of an exercise's op.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="version">A delegate of the spec's type.</param>
    /// <param name="before">Called before each input.</param>
    public static Fingerprint Take(ExerciseManifest exercise, Delegate version, Action? before = null)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        var spec = SpecCatalog.Of(exercise.Spec);
        return Fingerprint.Of(spec.Probe(version, Fingerprint.Count, CaseFix.Of(spec, exercise).Adjust, before));
    }

    private sealed record Stored(string Schema, Dictionary<string, Dictionary<string, Fingerprint>> Exercises);
}
