using Lab.Grading.Diagnosis;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Notebooks;

/// <summary>Grades a method written in a notebook's cell by a lab's laws.</summary>
/// <remarks>The method runs in the notebook's own process: it is the student's machine. Symbols are not checked there.</remarks>
public static class Check
{
    /// <summary>Tries an exercise's visible laws on a method.</summary>
    /// <param name="lab">The lab's number: <c>"06"</c>.</param>
    /// <param name="exercise">The exercise's name: <c>"LogPartition"</c>.</param>
    /// <param name="method">The method or lambda, with the exercise's parameters by name.</param>
    /// <returns>The laws, with the smallest counterexample of each that fails; it shows itself in a notebook.</returns>
    /// <exception cref="ArgumentException">No such lab or exercise, or a method of another signature.</exception>
    public static CheckResult Lab(string lab, string exercise, Delegate method)
    {
        ArgumentNullException.ThrowIfNull(method);
        var labs = LabCatalog.Load(LabCatalog.DefaultFolder);
        var found = labs.FirstOrDefault(l => l.Lab == lab) ?? throw new ArgumentException(
            $"lab must be one of {string.Join(", ", labs.Select(l => l.Lab))}, got \"{lab}\".", nameof(lab));
        var asked = found.Exercises.FirstOrDefault(e => e.Name == exercise) ?? throw new ArgumentException(
            $"exercise must be one of {string.Join(", ", found.Exercises.Select(e => e.Name))} in lab {lab}, got \"{exercise}\".", nameof(exercise));
        return Exercise(found, asked, method);
    }

    /// <summary>Tries an exercise's visible laws on a method.</summary>
    /// <exception cref="ArgumentException">A method of another signature.</exception>
    public static CheckResult Exercise(LabManifest lab, ExerciseManifest exercise, Delegate method)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(method);
        var judge = ExerciseJudge.Of(exercise, method, "notebook");
        LawReport[] laws = [.. exercise.Laws.Where(law => !law.Hidden).Select(judge.Check)];
        return new(lab.Lab, exercise.Name, laws, laws.Any(law => law.Outcome == LawOutcome.Failed) ? Mistake(lab, exercise, method) : null);
    }

    private static string? Mistake(LabManifest lab, ExerciseManifest exercise, Delegate method)
    {
        var known = Fingerprints.Load(lab);
        if (!known.Knows(exercise))
            return null;
        var spec = SpecCatalog.Of(exercise.Spec);
        var version = Binding.VersionBuilder.Make(exercise, spec, CaseFix.Of(spec, exercise), method.Method, method.Target);
        return known.Diagnose(exercise, Fingerprints.Take(exercise, version))?.Diagnosis;
    }
}
