using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>Runs a law as an FsCheck property and turns what it found into a value.</summary>
internal static class LawRunner
{
    public static LawResult Run<TOp, TCase>(Spec<TOp, TCase> spec, Law<TOp, TCase> law, TOp op, LawOptions options)
        where TOp : Delegate
        where TCase : Case
    {
        var seed = options.Seed ?? Seed(spec.Name + "/" + law.Name);
        var (tried, applied) = (0, 0);
        var property = Prop.ForAll(
            Arb.From(spec.Cases.Select(Adjusted), c => c.Shrink().Cast<TCase>().Select(Adjusted).Where(simpler => !simpler.Equals(c))),
            @case =>
            {
                var verdict = Try(law, op, @case);
                tried++;
                applied += verdict.Applies ? 1 : 0;
                return !verdict.IsFailure;
            });

        var report = new Recorder();
        Check.One(
            Config.Quick
                .WithMaxTest(options.Cases ?? law.Cases)
                .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None)))
                .WithRunner(report),
            property);

        return new LawResult
        {
            Op = spec.Name,
            Law = law.Name,
            Sentence = law.Sentence,
            Cases = tried,
            Applied = applied,
            Counterexample = report.Smallest is TCase smallest ? Explain(law, op, smallest) : null,
            Seed = seed,
        };

        TCase Adjusted(TCase @case) => options.Adjust is { } adjust ? (TCase)adjust(@case) : @case;
    }

    /// <summary>Tries a law on a case; whatever the op throws counts against it.</summary>
    private static Verdict Try<TOp, TCase>(Law<TOp, TCase> law, TOp op, TCase @case)
        where TOp : Delegate
        where TCase : Case
    {
        using var scope = NewDisposeScope();
        try
        {
            return law.Try(op, @case);
        }
        catch (CaseOutsideException)
        {
            return Verdict.DoesNotApply;
        }
#pragma warning disable CA1031 // The op is a student's: whatever it throws is a finding, not a fault of the harness.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return Verdict.Fails($"The op threw {thrown.GetType().Name}: {FirstLine(thrown.Message)}");
        }
    }

    private static Counterexample Explain<TOp, TCase>(Law<TOp, TCase> law, TOp op, TCase @case)
        where TOp : Delegate
        where TCase : Case
    {
        using var scope = NewDisposeScope();
        var verdict = Try(law, op, @case);
        if (!verdict.IsFailure)
            verdict = Verdict.Fails("The law failed once on this case and held when tried again: the op is not deterministic.");
        return new(@case, verdict.Inputs ?? [.. @case.Draw().Select(a => new TensorSnapshot(a.Name, a.Value))], verdict);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    /// <summary>LAB_SEED, or a number that depends on the law's name alone (FNV-1a), so that every run is the same.</summary>
    private static ulong Seed(string name)
    {
        var given = Environment.GetEnvironmentVariable("LAB_SEED");
        if (string.IsNullOrEmpty(given))
            return name.Aggregate(14695981039346656037ul, (hash, letter) => (hash ^ letter) * 1099511628211ul) % 1_000_000_007;
        if (given == "random")
            return (ulong)Random.Shared.NextInt64(1_000_000_007);
        return ulong.TryParse(given, out var seed)
            ? seed
            : throw new ArgumentException($"LAB_SEED must be a whole number or \"random\", got \"{given}\".");
    }

    private sealed class Recorder : IRunner
    {
        public object? Smallest { get; private set; }

        public void OnStartFixture(Type t) { }

        public void OnArguments(
            int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every)
        {
        }

        public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult testResult) =>
            Smallest = testResult is TestResult.Failed failed ? failed.Item3.Head : null;
    }
}
