using System.Diagnostics;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Grading.Verification;

/// <summary>What was proven of a lab, and what is wrong with it.</summary>
/// <param name="Lab">The lab.</param>
/// <param name="Laws">Laws that give points.</param>
/// <param name="Wrongs">Known-wrong solutions.</param>
/// <param name="Problems">What is wrong, a line each; none where all holds.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record LabVerdict(LabManifest Lab, int Laws, int Wrongs, IReadOnlyList<string> Problems, double Seconds);

/// <summary>
/// Proves a lab before a student meets it: the stub fails every law, the solution passes all of them, each known-wrong solution fails
/// and is told from the others, hints are there, and nobody gets a point for zeros, ones, random numbers or the input.
/// </summary>
public sealed class LabVerifier
{
    private const int LeastHints = 3;
    private const int LeastWrongs = 2;

    private readonly LabManifest lab;
    private readonly string authors;
    private readonly List<string> problems = [];

    private LabVerifier(LabManifest lab) => (this.lab, authors) = (lab, AuthorsFolder(lab));

    /// <summary>Where a lab's solution and known-wrong solutions lie.</summary>
    public static string AuthorsFolder(LabManifest lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return Path.Combine(Path.GetDirectoryName(lab.Folder)!, ".instructor", lab.Slug);
    }

    /// <summary>Proves a lab.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="stub">The file that students begin with; null is the one in the lab's folder.</param>
    /// <param name="save">Whether to write the fingerprints of the known-wrong solutions.</param>
    public static LabVerdict Verify(LabManifest lab, string? stub = null, bool save = false)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var watch = Stopwatch.StartNew();
        var verifier = new LabVerifier(lab);
        verifier.CheckStub(stub ?? lab.StudentFile);
        verifier.CheckSolution();
        verifier.CheckMistakes(save);
        foreach (var exercise in lab.Exercises)
        {
            verifier.CheckCheats(exercise);
            verifier.Must(exercise.Hints.Count >= LeastHints, $"{exercise.Name} has {exercise.Hints.Count} hints; {LeastHints} are wanted.");
            verifier.Must(exercise.Misconceptions.Count >= LeastWrongs, $"{exercise.Name} has {exercise.Misconceptions.Count} known-wrong solutions; {LeastWrongs} are wanted.");
        }
        verifier.Must(File.Exists(Path.Combine(lab.Folder, "README.md")), "README.md is missing.");
        return new(
            lab, lab.Exercises.Sum(e => e.Laws.Count), lab.Exercises.Sum(e => e.Misconceptions.Count), verifier.problems, watch.Elapsed.TotalSeconds);
    }

    private void Must(bool condition, string problem)
    {
        if (!condition)
            problems.Add(problem);
    }

    private void CheckStub(string file)
    {
        var stub = TrustedVersion.Of(file, lab);
        problems.AddRange(stub.Problems.Select(p => $"Lab.cs: {p}"));
        foreach (var exercise in lab.Exercises)
        {
            if (stub.Version(exercise, lab, out var why) is not { } version)
                problems.Add($"Lab.cs: {why}");
            else
                problems.AddRange(Passed(exercise, version).Select(law => $"Lab.cs passes \"{law}\" of {exercise.Name}."));
        }
    }

    private void CheckSolution()
    {
        var solution = TrustedVersion.Of(Path.Combine(authors, "Solution.cs"), lab);
        problems.AddRange(solution.Problems.Select(p => $"Solution.cs: {p}"));
        foreach (var exercise in lab.Exercises)
        {
            if (solution.Version(exercise, lab, out var why) is not { } version)
            {
                problems.Add($"Solution.cs: {why}");
                continue;
            }
            var judge = new ExerciseJudge(exercise, version, "verify");
            foreach (var law in exercise.Laws)
                if (judge.Check(law) is { Outcome: not LawOutcome.Passed } report)
                    problems.Add($"Solution.cs fails \"{law.Law}\" of {exercise.Name}: {report.Reason} {report.Counterexample?.Case}");
        }
    }

    private void CheckMistakes(bool save)
    {
        var known = new Mistakes(lab);
        foreach (var exercise in lab.Exercises)
        {
            foreach (var mistake in exercise.Misconceptions)
            {
                var file = $"wrong/{mistake.Wrong}.cs";
                var wrong = TrustedVersion.Of(Path.Combine(authors, "wrong", $"{mistake.Wrong}.cs"), lab);
                problems.AddRange(wrong.Problems.Select(p => $"{file}: {p}"));
                if (wrong.Version(exercise, lab, out var why) is not { } version)
                {
                    problems.Add($"{file}: {why}");
                    continue;
                }
                var judge = new ExerciseJudge(exercise, version, "verify");
                Must(exercise.Laws.Any(law => judge.Check(law).Outcome == LawOutcome.Failed), $"{file} passes every law of {exercise.Name}.");
                known.Add(exercise, mistake, version);
            }
        }
        problems.AddRange(known.Confused());
        if (save && problems.Count == 0)
            known.Save();
        else if (!save)
            Must(known.AreSaved(), "misconceptions.json is not what the known-wrong solutions give: run `lab verify --save`.");
        if (Directory.Exists(Path.Combine(authors, "wrong")))
            problems.AddRange(Directory.GetFiles(Path.Combine(authors, "wrong"), "*.cs").Select(f => Path.GetFileNameWithoutExtension(f))
                .Except(lab.Exercises.SelectMany(e => e.Misconceptions.Select(m => m.Wrong))).Select(name => $"wrong/{name}.cs is not named in lab.json."));
    }

    private void CheckCheats(ExerciseManifest exercise)
    {
        foreach (var (name, version) in Cheats.Of(exercise))
            problems.AddRange(Passed(exercise, version).Select(law => $"{exercise.Name}: {name} pass \"{law}\"."));
    }

    /// <summary>The laws that give a version points.</summary>
    private static IEnumerable<string> Passed(ExerciseManifest exercise, Delegate version)
    {
        var judge = new ExerciseJudge(exercise, version, "verify");
        return exercise.Laws.Where(law => !(exercise.IsGated(law) && !judge.GateHolds) && judge.Check(law).Points > 0).Select(law => law.Law);
    }
}
