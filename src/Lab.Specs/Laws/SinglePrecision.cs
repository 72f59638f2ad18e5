using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>In single precision the op stays within its error bound, and keeps the dtype.</summary>
internal static class SinglePrecision
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "float32 stays within its error bound",
        "Given float32 the op answers in float32, as close to the double-precision result as its rounding allows.",
        (op, @case) => Rounded(spec, op, @case, @case.Draw(), ScalarType.Float32));

    /// <summary>The op's value for inputs rounded to a dtype, against the oracle's for the same numbers in double precision.</summary>
    public static Verdict Rounded<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, ScalarType dtype, double unitsOfSingle = 1)
        where TOp : Delegate
        where TCase : Case
    {
        var (rounded, widened) = Round(arguments, dtype);
        var expected = spec.Values(spec.Oracle, @case, widened)
            .Select(e => dtype != ScalarType.Float32 && e.is_floating_point() ? e.to(dtype).to(e.dtype) : e).ToArray(); // 1e5 is ∞
        return Outputs.Same(
            spec.Values(op, @case, rounded), expected,
            spec.SingleTolerance(@case, Magnitude(widened)).Times(unitsOfSingle), dtype).On(rounded);
    }

    /// <summary>Real arguments rounded to a dtype, and the same numbers in double precision.</summary>
    public static (Argument[] Rounded, Argument[] Widened) Round(IReadOnlyList<Argument> arguments, ScalarType dtype)
    {
        var rounded = arguments.Select(a => a.IsReal ? a.With(a.Value.to(dtype)) : a).ToArray();
        return (rounded, [.. rounded.Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float64)) : a)]);
    }

    /// <summary>The largest finite entry.</summary>
    public static double Magnitude(IEnumerable<Argument> arguments) => arguments
        .Where(a => a.IsReal && a.Value.numel() > 0)
        .Select(a => a.Value.abs().nan_to_num(0, 0, 0).max().ToDouble())
        .DefaultIfEmpty(0).Max();
}
