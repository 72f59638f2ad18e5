using Lab.Grading.Labs;

namespace Lab.Grading.Verification;

/// <summary>The fingerprints of a lab's known-wrong solutions, in the making.</summary>
internal sealed class Mistakes(LabManifest lab)
{
    public void Add(ExerciseManifest exercise, Misconception mistake, Delegate version) => _ = (lab, exercise, mistake, version);

    public IEnumerable<string> Confused() => [];

    public bool AreSaved => true;

    public void Save() { }
}
