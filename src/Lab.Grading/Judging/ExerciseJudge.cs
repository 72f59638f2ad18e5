using System.Diagnostics;
using System.Text;
using Lab.Grading.Labs;
using Lab.Grading.Remote;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Judging;

/// <summary>Tries an exercise's laws on one version of its op, wherever that version runs.</summary>
public sealed class ExerciseJudge
{
    private readonly Spec spec;
    private readonly CaseFix fix;
    private readonly Delegate version;
    private readonly string submission;
    private Attempt? gate;

    /// <param name="exercise">The exercise.</param>
    /// <param name="version">A delegate of the spec's type.</param>
    /// <param name="submission">What the seeds of the laws depend on, beside their names: the hash of the submission.</param>
    public ExerciseJudge(ExerciseManifest exercise, Delegate version, string submission)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        Exercise = exercise;
        spec = SpecCatalog.Of(exercise.Spec);
        fix = CaseFix.Of(spec, exercise);
        this.version = version;
        this.submission = submission;
    }

    /// <summary>The exercise.</summary>
    public ExerciseManifest Exercise { get; }

    /// <summary>Fixes all seeds at one value; null lets them depend on submission, exercise and law.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many cases each; null leaves it to the laws.</summary>
    public int? Cases { get; init; }

    /// <summary>A judge of a method of this process, as notebooks use it.</summary>
    /// <exception cref="ArgumentException">The method has another signature than the exercise wants.</exception>
    public static ExerciseJudge Of(ExerciseManifest exercise, Delegate method, string submission)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(method);
        var spec = SpecCatalog.Of(exercise.Spec);
        return new(exercise, Binding.VersionBuilder.Make(exercise, spec, CaseFix.Of(spec, exercise), method.Method, method.Target), submission);
    }

    /// <summary>The process that the version runs in; null where it runs in this one.</summary>
    internal StudentLink? Link { get; init; }

    /// <summary>How long a law may take.</summary>
    internal TimeSpan LawTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the gate's law holds.</summary>
    internal bool GateHolds => Try(Exercise.Gate).Holds;

    /// <summary>Tries a law.</summary>
    public LawReport Check(LawManifest law)
    {
        ArgumentNullException.ThrowIfNull(law);
        var watch = Stopwatch.StartNew();
        var gated = Exercise.IsGated(law) && !GateHolds;
        var (result, fault, at) = Try(law.Law);
        var outcome = fault?.Outcome ?? (!result.Passed ? LawOutcome.Failed : gated ? LawOutcome.NotCounted : LawOutcome.Passed);
        return ReportSheet.Row(Exercise, law, outcome, outcome switch
        {
            LawOutcome.Passed => "",
            LawOutcome.NotCounted => $"It holds, and counts once \"{Exercise.Gate}\" holds too.",
            _ => fault?.Reason ?? result.Counterexample?.Verdict.Reason ?? "No case came under it.",
        }) with
        {
            Points = outcome == LawOutcome.Passed ? law.Points : 0,
            Hint = outcome == LawOutcome.Passed ? null : law.Hint,
            Counterexample = fault is null && result.Counterexample is { } found ? Shown(found) : at,
            Seed = result.Seed,
            Cases = result.Cases,
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    private Attempt Try(string law)
    {
        if (law == Exercise.Gate && gate is not null)
            return gate;
        Case? last = null;
        Link?.Begin(LawTime);
        if (Link is not null)
            Link.WritesBack = LawKinds.LooksAtInputs(law);
        var result = spec.Check(version, law, new LawOptions(Cases, Seed ?? SeedOf(submission, Exercise.Name, law)) { Adjust = Adjust });
        var fault = Link?.Fault;
        var attempt = new Attempt(result, fault, fault is null || last is null ? null : new(last.ToString(), Link!.LastInputs, [], [], null));
        if (law == Exercise.Gate)
            gate = attempt;
        return attempt;

        Case Adjust(Case @case)
        {
            var adjusted = fix.Adjust?.Invoke(@case) ?? @case;
            if (Link?.Fault is null)
                last = adjusted;                                          // after the end of the process, cases are only shrunk in vain
            return adjusted;
        }
    }

    private sealed record Attempt(LawResult Result, StudentFault? Fault, CounterexampleReport? At)
    {
        public bool Holds => Fault is null && Result.Passed;
    }

    /// <summary>FNV-1a over all that the cases may depend on.</summary>
    internal static ulong SeedOf(params string[] parts) => Encoding.UTF8.GetBytes(string.Join("/", parts))
        .Aggregate(14695981039346656037ul, (hash, letter) => (hash ^ letter) * 1099511628211ul) % 1_000_000_007;

    private static CounterexampleReport Shown(Counterexample found)
    {
        TensorReport[] evidence = [.. found.Verdict.Evidence.Select(Shown)];
        return new(
            found.Case.ToString(),
            [.. found.Inputs.Select(Shown)],
            [.. evidence.Where(t => t.Name != "expected")],
            [.. evidence.Where(t => t.Name == "expected")],
            found.Verdict.First is { } first ? new(first.Index, first.Got, first.Expected) : null);
    }

    internal static TensorReport Shown(TensorSnapshot tensor) =>
        new(tensor.Name, tensor.Dtype, tensor.Shape, [.. tensor.Values.Take(TensorReport.Most)]);
}
