using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The op is right where exp overflows and where classes are ruled out.</summary>
internal static class ExtremeMagnitudes
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "extreme magnitudes are right",
        "With entries of 1e4, or infinite where that is legal, value and gradient are still those of the oracle, "
        + "in double and in single precision.",
        (op, @case) =>
        {
            var drawn = @case.Draw();
            if (drawn.All(a => a.Extremes.Count + a.ExtremesOfValue.Count == 0))
                return Verdict.DoesNotApply;

            var sown = Sow(@case, drawn, a => a.Extremes);
            var all = Sow(@case, drawn, a => [.. a.Extremes, .. a.ExtremesOfValue]);
            return Value(spec, op, @case, all)
                .Then(() => SinglePrecision.Rounded(spec, op, @case, all, ScalarType.Float32))
                .Then(() => Gradient(spec, op, @case, sown, sown, spec.Tolerance.Times(Math.Max(1, SinglePrecision.Magnitude(sown)))))
                .Then(() =>
                {
                    var (single, widened) = SinglePrecision.Round(sown, ScalarType.Float32);
                    return Gradient(spec, op, @case, single, widened, spec.SingleTolerance(@case, SinglePrecision.Magnitude(widened)));
                });
        });

    private static Verdict Value<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, Argument[] arguments)
        where TOp : Delegate
        where TCase : Case => Outputs.Same(
            spec.Values(op, @case, arguments), spec.Values(spec.Oracle, @case, arguments),
            spec.Tolerance.Times(Math.Max(1, SinglePrecision.Magnitude(arguments)))).On(arguments);

    private static Verdict Gradient<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, Argument[] arguments, Argument[] inDouble, Tolerance tolerance)
        where TOp : Delegate
        where TCase : Case =>
        Gradients.ByAutograd(spec, spec.Oracle, @case, inDouble) is { } expected
        && Gradients.ByAutograd(spec, op, @case, arguments) is { } got
            ? SameGradient.Same(arguments, got, expected, tolerance).On(arguments)
            : Verdict.Holds;                              // a cut graph is for another law to find

    /// <summary>Puts extreme entries in about a third of the places.</summary>
    public static Argument[] Sow(Case @case, IReadOnlyList<Argument> arguments, Func<Argument, IReadOnlyList<double>> extremes)
    {
        using var generator = new Generator((ulong)@case.Seed, CPU);
        return [.. arguments.Select(a =>
        {
            var legal = extremes(a);
            if (legal.Count == 0 || a.Value.numel() == 0)
                return a;
            var places = rand(a.Value.shape, generator: generator) < 0.35;
            var choice = randint(0, legal.Count, a.Value.shape, dtype: ScalarType.Int64, generator: generator);
            return a.With(where(places, tensor([.. legal])[TensorIndex.Tensor(choice)], a.Value));
        })];
    }
}
