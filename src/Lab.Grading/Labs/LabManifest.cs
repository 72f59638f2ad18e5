using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Grading.Labs;

/// <summary>A lab as its <c>lab.json</c> describes it: exercises, each with laws that give points.</summary>
public sealed record LabManifest
{
    /// <summary>The lab's number, two digits: <c>"02"</c>.</summary>
    public required string Lab { get; init; }

    /// <summary>A few words.</summary>
    public required string Title { get; init; }

    /// <summary>How long a student is expected to need.</summary>
    public required int Minutes { get; init; }

    /// <summary>From 1 (a formula) to 5 (a dynamic program with traps).</summary>
    public required int Difficulty { get; init; }

    /// <summary>What the student writes, one method each.</summary>
    public required IReadOnlyList<ExerciseManifest> Exercises { get; init; }

    /// <summary>The lab's folder; empty for a manifest that was not read from one.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>The lab's folder name: <c>02-stable-softmax</c>.</summary>
    [JsonIgnore]
    public string Slug => Path.GetFileName(Folder);

    /// <summary>The student's file.</summary>
    [JsonIgnore]
    public string StudentFile => Path.Combine(Folder, "Lab.cs");

    /// <summary>The fingerprints of the known-wrong solutions.</summary>
    [JsonIgnore]
    public string FingerprintsFile => Path.Combine(Folder, "misconceptions.json");

    /// <summary>The points of all laws together.</summary>
    [JsonIgnore]
    public int Points => Exercises.Sum(e => e.Points);

    /// <summary>The exercise of a name.</summary>
    /// <exception cref="ArgumentException">The lab has none of that name.</exception>
    public ExerciseManifest Exercise(string name) => Exercises.FirstOrDefault(e => e.Name == name) ?? throw new ArgumentException(
        $"Lab {Lab} has no exercise \"{name}\". It has: {string.Join(", ", Exercises.Select(e => e.Name))}.", nameof(name));
}

/// <summary>One method that the student writes.</summary>
public sealed record ExerciseManifest
{
    /// <summary>The name of the student's method, in <c>public static class Lab</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the spec whose laws judge it.</summary>
    public required string Spec { get; init; }

    /// <summary>The law without which laws of mere consistency give no points.</summary>
    public string Gate { get; init; } = LawKinds.Value;

    /// <summary>The laws that give points.</summary>
    public required IReadOnlyList<LawManifest> Laws { get; init; }

    /// <summary>Options of the case, or parameters of the op, that are held at a value: the student need not support others.</summary>
    public IReadOnlyDictionary<string, JsonElement> Fix { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What is to be written by hand: symbols, or names of families such as <c>softmax</c>.</summary>
    public IReadOnlyList<string> Forbidden { get; init; } = [];

    /// <summary>Ops of the library that may be called.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Hints, one step at a time.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Known mistakes, with what a student who made one should read.</summary>
    public IReadOnlyList<Misconception> Misconceptions { get; init; } = [];

    /// <summary>The points of all laws together.</summary>
    [JsonIgnore]
    public int Points => Laws.Sum(l => l.Points);

    /// <summary>Whether a law gives points only where the gate's law holds.</summary>
    public bool IsGated(LawManifest law)
    {
        ArgumentNullException.ThrowIfNull(law);
        return law.Law != Gate && (law.NeedsGate ?? LawKinds.IsConsistency(law.Law));
    }
}

/// <summary>A law that gives points.</summary>
public sealed record LawManifest
{
    /// <summary>The law's name in the spec.</summary>
    public required string Law { get; init; }

    /// <summary>What it is worth.</summary>
    public required int Points { get; init; }

    /// <summary>Whether it gives points only where the exercise's gate holds; where it is not said, laws that compare the op only with
    /// itself do.</summary>
    public bool? NeedsGate { get; init; }

    /// <summary>Whether students see only its name and hint: no counterexample, no seed.</summary>
    public bool Hidden { get; init; }

    /// <summary>What to think about where it fails.</summary>
    public string? Hint { get; init; }
}

/// <summary>A known mistake.</summary>
public sealed record Misconception
{
    /// <summary>The name of the known-wrong solution.</summary>
    public required string Wrong { get; init; }

    /// <summary>What a student who made this mistake should read.</summary>
    public required string Diagnosis { get; init; }
}
