using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>Where two results first part.</summary>
/// <param name="Index">The entry's index in each dimension.</param>
/// <param name="Got">What the op gave there.</param>
/// <param name="Expected">What it should have given.</param>
public sealed record Difference(IReadOnlyList<long> Index, double Got, double Expected)
{
    /// <summary><c>at [0, 1]: got NaN, expected 0.5</c>.</summary>
    public override string ToString() =>
        $"at [{string.Join(", ", Index)}]: got {Exact(Got)}, expected {Exact(Expected)}";

    private static string Exact(double value) => double.IsFinite(value)
        ? value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture)
        : TensorSnapshot.Number(value);
}

/// <summary>Compares a result with what it should be.</summary>
internal static class Comparison
{
    /// <summary>Null where the two agree; NaN agrees with NaN, and an infinity with itself.</summary>
    public static Verdict Same(string what, Tensor got, Tensor expected, Tolerance tolerance)
    {
        using var scope = NewDisposeScope();
        if (!got.shape.AsSpan().SequenceEqual(expected.shape))
            return Verdict.Fails(
                $"The {what} has shape [{string.Join(", ", got.shape)}], expected [{string.Join(", ", expected.shape)}].",
                [Snapshot("got", got), Snapshot("expected", expected)]);

        var (a, b) = (Flat(got), Flat(expected));
        var close = ((a - b).abs() <= tolerance.Absolute + tolerance.Relative * b.abs())
            .logical_and(b.isfinite());                   // ∞ is no further from a number than ∞
        var same = close.logical_or(a == b).logical_or(a.isnan().logical_and(b.isnan()));
        if (same.all().ToBoolean())
            return Verdict.Holds;

        var first = same.logical_not().nonzero()[0, 0].ToInt64();
        var difference = new Difference(Unravel(first, expected.shape), a[first].ToDouble(), b[first].ToDouble());
        return Verdict.Fails($"The {what} differs {difference}.", [Snapshot("got", got), Snapshot("expected", expected)], difference);
    }

    private static TensorSnapshot Snapshot(string name, Tensor tensor) => new(name, tensor);

    private static Tensor Flat(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float64).reshape(-1);

    private static long[] Unravel(long position, long[] shape)
    {
        var index = new long[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
            (position, index[d]) = Math.DivRem(position, shape[d]);
        return index;
    }
}
