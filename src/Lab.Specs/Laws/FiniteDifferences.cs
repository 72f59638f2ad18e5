using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op's gradient agrees with how its own value changes: no oracle needed.</summary>
internal static class FiniteDifferences
{
    private const int EntriesPerArgument = 6;

    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "gradient equals finite differences",
        "The gradient says how the value changes: it equals (f(x + h) - f(x - h)) / 2h, entry by entry.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (!spec.SmoothAt(@case))
                return Verdict.DoesNotApply;
            var gradients = Gradients.ByAutograd(spec, op, @case, arguments)
                ?? [.. arguments.Where(a => a.Differentiable).Select(a => zeros_like(a.Value))];

            var (verdict, next) = (Verdict.Holds, 0);
            var random = new Random(@case.Seed);
            for (var i = 0; i < arguments.Count && !verdict.IsFailure; i++)
                if (arguments[i].Differentiable)
                    verdict = Check(spec, op, @case, arguments, i, gradients[next++], random);
            return verdict;
        })
        { Cases = 50 };

    private static Verdict Check<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, int argument, Tensor gradient, Random random)
        where TOp : Delegate
        where TCase : Case
    {
        var entries = (int)gradient.numel();
        var chosen = Enumerable.Range(0, entries).ToArray();
        random.Shuffle(chosen);
        var scale = 1 + spec.Values(op, @case, arguments).Where(o => o.numel() > 0 && o.is_floating_point())
            .Select(o => o.abs().max().to(ScalarType.Float64).ToDouble()).DefaultIfEmpty(0).Max();
        foreach (var entry in chosen.Take(EntriesPerArgument))
        {
            var slope = Gradients.ByDifference(spec, op, @case, arguments, argument, entry);
            var analytic = gradient.reshape(-1)[entry].ToDouble();
            if (!Near(slope))                                 // x may be large where the value turns within 1: a shorter step tells
                slope = Gradients.ByDifference(spec, op, @case, arguments, argument, entry, 0.03);
            if (!Near(slope))
                return Verdict.Fails(
                    $"The gradient in {arguments[argument].Name}, entry {entry}, is {TensorSnapshot.Number(analytic)}, "
                    + $"but the value changes by {TensorSnapshot.Number(slope)} per unit there.");

            bool Near(double difference) => Math.Abs(difference - analytic) <= 1e-6 * scale + 1e-6 * Math.Abs(difference);
        }
        return Verdict.Holds;
    }
}
