using Lab.Core.Kernels;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The kernel gives what the readable form gives.</summary>
internal static class BothForms
{
    private static readonly double[] special = [double.NaN, double.NegativeInfinity, 1e4];
    private static readonly double[] specialOfValue = [.. special, double.PositiveInfinity];

    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "the kernel equals the readable form",
        "Value and gradient are the same to rounding in both forms: in either precision, at sizes where the kernel runs by itself and "
        + "where it does not, with several threads, and where entries are infinite or NaN.",
        (op, @case) =>
        {
            var (large, small) = (spec.Enlarge(@case), @case.Draw());
            var drawn = large.Draw();
            return Same(spec, op, large, drawn, null)
                .Then(() => Same(spec, op, @case, small, Form.Kernel))
                .Then(() => Same(spec, op, large, SinglePrecision.Round(drawn, ScalarType.Float32).Rounded, null))
                .Then(() => Same(spec, op, @case, SinglePrecision.Round(small, ScalarType.Float32).Rounded, Form.Kernel))
                .Then(() => Same(spec, op, large, Sown(large, drawn, special), null))
                .Then(() => Same(spec, op, @case, Sown(@case, small, special), Form.Kernel))
                .Then(() => Same(spec, op, large, Sown(large, drawn, specialOfValue), null, valueOnly: true));
        })
        { Cases = 40 };

    private static Argument[] Sown<TCase>(TCase @case, IReadOnlyList<Argument> drawn, double[] entries) where TCase : Case =>
        ExtremeMagnitudes.Sow(@case, drawn, a => a is { Differentiable: true, Extremes.Count: > 0 } ? entries : []);

    private static Verdict Same<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, Form? form, bool valueOnly = false)
        where TOp : Delegate
        where TCase : Case
    {
        var (values, gradients) = In(form, 3, () => Both(spec, op, @case, arguments));
        var (expected, slopes) = In(Form.Readable, 1, () => Both(spec, op, @case, arguments));
        var magnitude = SinglePrecision.Magnitude(arguments);
        var tolerance = arguments[0].Value.dtype == ScalarType.Float32
            ? spec.SingleTolerance(@case, magnitude)
            : spec.Tolerance.Times(Math.Max(1, magnitude));
        return Outputs.Same(values, expected, tolerance)
            .Then(() => valueOnly ? Verdict.Holds : gradients is null || slopes is null
                ? Verdict.Require(gradients is null && slopes is null, "Only one of the forms has a gradient.")
                : SameGradient.Same(arguments, gradients, slopes, tolerance))
            .On(arguments);
    }

    private static (Tensor[] Values, Tensor[]? Gradients) Both<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments)
        where TOp : Delegate
        where TCase : Case =>
        (spec.Values(op, @case, arguments), Gradients.ByAutograd(spec, op, @case, arguments));

    private static T In<T>(Form? form, int threads, Func<T> compute)
    {
        var before = get_num_threads();
        using var only = form is { } chosen ? Forms.Only(chosen) : null;
        try
        {
            set_num_threads(threads);
            return compute();
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
