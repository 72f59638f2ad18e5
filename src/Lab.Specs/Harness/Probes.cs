using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Laws;
using Microsoft.FSharp.Core;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>What a probe shows an op.</summary>
public enum ProbeKind
{
    /// <summary>Usual numbers in double precision: what the result is.</summary>
    Usual,

    /// <summary>The same: what the gradient is.</summary>
    Gradient,

    /// <summary>Extreme numbers.</summary>
    Extreme,

    /// <summary>Single precision.</summary>
    InSingle,

    /// <summary>Other numbers in padded places, or extreme ones in single precision.</summary>
    Padding,

    /// <summary>What is to be refused.</summary>
    BadInput,
}

/// <summary>What a version of an op did with one fixed input: numbers, or a way to fail.</summary>
/// <param name="Kind">What it was shown.</param>
/// <param name="Case">What it was given, as one line.</param>
/// <param name="Outputs">Results or gradients; empty where it failed.</param>
/// <param name="Failure">The type of what it threw, or another word for how it failed; null where it did not.</param>
public sealed record Probe(ProbeKind Kind, string Case, IReadOnlyList<TensorSnapshot> Outputs, string? Failure);

/// <summary>Shows a version of an op a fixed series of inputs: usual ones, extreme ones, single precision, padding, bad input.</summary>
internal static class Probes
{
    private const ulong Seed = 20_260_102;

    public static IReadOnlyList<Probe> Run<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, int count, Func<Case, Case>? adjust, Action? before)
        where TOp : Delegate
        where TCase : Case
    {
        var cases = new List<TCase>();
        FsCheck.Check.One(
            Config.Quick.WithMaxTest(count).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(Seed), FSharpOption<int>.None))).WithRunner(new Silent()),
            Prop.ForAll(Arb.From(spec.Cases), c =>
            {
                cases.Add(adjust is null ? c : (TCase)adjust(c));
                return true;
            }));

        ProbeKind[] kinds = [ProbeKind.Usual, ProbeKind.InSingle, ProbeKind.Extreme, ProbeKind.Padding];
        return
        [
            .. cases.Select((c, i) => At(kinds[i % 4], c.ToString(), before, () => Values(spec, op, c, kinds[i % 4]))),
            .. cases.Where((_, i) => i % 4 == 0 && spec.IsDifferentiable).Select(c => At(ProbeKind.Gradient, c.ToString(), before, () =>
                Gradients.ByAutograd(spec, op, c, c.Draw()) ?? [])),
            .. spec.BadInputs.Select(bad => At(ProbeKind.BadInput, bad.Description, before, () =>
            {
                bad.Call(op, bad.Draw());
                return [];
            })),
        ];
    }

    private static Probe At(ProbeKind kind, string given, Action? before, Func<Tensor[]> outputs)
    {
        using var scope = NewDisposeScope();
        before?.Invoke();
        try
        {
            return new(kind, given, [.. outputs().Select((t, i) => new TensorSnapshot($"{i + 1}", t))], null);
        }
#pragma warning disable CA1031 // The way in which a version fails is what is asked for.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return new(kind, given, [], thrown is ArgumentException refused ? $"{thrown.GetType().Name} {refused.ParamName}" : thrown.GetType().Name);
        }
    }

    private static Tensor[] Values<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, ProbeKind kind)
        where TOp : Delegate
        where TCase : Case
    {
        IReadOnlyList<Argument> drawn = @case.Draw();
        return spec.Values(op, @case, kind switch
        {
            ProbeKind.Extreme => ExtremeMagnitudes.Sow(@case, drawn, a => a.Extremes),
            ProbeKind.InSingle when spec.TakesRealNumbers => SinglePrecision.Round(drawn, ScalarType.Float32).Rounded,
            ProbeKind.Padding => spec.DisturbPadding(@case, drawn) ?? ExtremeMagnitudes.Sow(@case, drawn, a => [.. a.Extremes, .. a.ExtremesOfValue]),
            _ => drawn,
        });
    }

    private sealed class Silent : IRunner
    {
        public void OnStartFixture(Type t) { }

        public void OnArguments(
            int ntest, Microsoft.FSharp.Collections.FSharpList<object> args, FSharpFunc<int, FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string>> every)
        {
        }

        public void OnShrink(
            Microsoft.FSharp.Collections.FSharpList<object> args, FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string> everyShrink)
        {
        }

        public void OnFinished(string name, TestResult testResult) { }
    }
}
