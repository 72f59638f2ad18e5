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
        (op, @case) =>
        {
            var single = @case.Draw().Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float32)) : a).ToArray();
            var widened = single.Select(a => a.IsReal ? a.With(a.Value.to(ScalarType.Float64)) : a).ToArray();
            var magnitude = Magnitude(widened);
            return Outputs.Same(
                spec.Values(op, @case, single), spec.Values(spec.Oracle, @case, widened),
                spec.SingleTolerance(magnitude), ScalarType.Float32).On(single);
        });

    /// <summary>The largest finite entry.</summary>
    public static double Magnitude(IEnumerable<Argument> arguments) => arguments
        .Where(a => a.IsReal && a.Value.numel() > 0)
        .Select(a => a.Value.abs().nan_to_num(0, 0, 0).max().ToDouble())
        .DefaultIfEmpty(0).Max();
}
