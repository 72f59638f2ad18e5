using Lab.Grading.Diagnosis;
using Lab.Grading.Labs;

namespace Lab.Grading.Verification;

/// <summary>The fingerprints of a lab's known-wrong solutions, in the making.</summary>
internal sealed class Mistakes(LabManifest lab)
{
    private readonly List<(ExerciseManifest Exercise, Misconception Mistake, Fingerprint Print)> taken = [];

    /// <summary>Takes one more.</summary>
    public void Add(ExerciseManifest exercise, Misconception mistake, Delegate version) =>
        taken.Add((exercise, mistake, Fingerprints.Take(exercise, version)));

    /// <summary>Those that are not told by their own diagnosis, a line each.</summary>
    public IEnumerable<string> Confused()
    {
        var all = All();
        foreach (var (exercise, mistake, print) in taken)
        {
            var found = all.Diagnose(exercise, print)?.Wrong;
            if (found != mistake.Wrong)
                yield return $"wrong/{mistake.Wrong}.cs is told as {found ?? "no known mistake"} of {exercise.Name}.";
        }
    }

    /// <summary>Whether the lab's file holds these very fingerprints, as far as a student's version is told by them.</summary>
    public bool AreSaved()
    {
        var saved = Fingerprints.Load(lab);
        return taken.TrueForAll(t => saved.Diagnose(t.Exercise, t.Print)?.Wrong == t.Mistake.Wrong);
    }

    /// <summary>Writes the lab's file.</summary>
    public void Save() => All().Save(lab);

    private Fingerprints All() => new(taken.GroupBy(t => t.Exercise.Name).ToDictionary(
        same => same.Key, same => (IReadOnlyDictionary<string, Fingerprint>)same.ToDictionary(t => t.Mistake.Wrong, t => t.Print)));
}
