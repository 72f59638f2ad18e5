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
                .Then(() => Single(spec, op, @case, all))
                .Then(() => Gradient(spec, op, @case, sown));
        });

    private static Verdict Value<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, Argument[] arguments)
        where TOp : Delegate
        where TCase : Case => Outputs.Same(
            spec.Values(op, @case, arguments), spec.Values(spec.Oracle, @case, arguments),
            spec.Tolerance.Times(Math.Max(1, SinglePrecision.Magnitude(arguments)))).On(arguments);

    private static Verdict Single<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, Argument[] arguments)
        where TOp : Delegate
        where TCase : Case
    {
        var single = arguments.Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float32)) : a).ToArray();
        var widened = single.Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float64)) : a).ToArray();
        return Outputs.Same(
            spec.Values(op, @case, single), spec.Values(spec.Oracle, @case, widened),
            spec.SingleTolerance(SinglePrecision.Magnitude(widened)), ScalarType.Float32).On(single);
    }

    private static Verdict Gradient<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, Argument[] arguments)
        where TOp : Delegate
        where TCase : Case
    {
        if (Gradients.ByAutograd(spec, spec.Oracle, @case, arguments) is not { } expected)
            return Verdict.Holds;
        return Gradients.ByAutograd(spec, op, @case, arguments) is { } got
            ? SameGradient.Same(arguments, got, expected, spec.Tolerance.Times(Math.Max(1, SinglePrecision.Magnitude(arguments)))).On(arguments)
            : Verdict.Holds;                              // a cut graph is for another law to find
    }

    /// <summary>Puts extreme entries in about a third of the places.</summary>
    private static Argument[] Sow(Case @case, IReadOnlyList<Argument> arguments, Func<Argument, IReadOnlyList<double>> extremes)
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
