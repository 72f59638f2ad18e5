using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>What the oracles of suppression share, in plain doubles, and what both ops refuse.</summary>
internal static class ScoredBoxes
{
    /// <summary>Places of scores, largest first; of equals the first one first.</summary>
    public static int[] BySureness(Tensor scores)
    {
        var values = ClosedForm.Numbers(scores);
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];
    }

    /// <summary>The overlap of two boxes, of all boxes' numbers one after the other.</summary>
    public static double IoU(double[] numbers, int i, int j)
    {
        Span<double> a = numbers.AsSpan(4 * i, 4), b = numbers.AsSpan(4 * j, 4);
        var common = Length(Math.Max(a[0], b[0]), Math.Min(a[2], b[2])) * Length(Math.Max(a[1], b[1]), Math.Min(a[3], b[3]));
        var union = Length(a[0], a[2]) * Length(a[1], a[3]) + Length(b[0], b[2]) * Length(b[1], b[3]) - common;
        return union > 0 ? common / union : 0;

        static double Length(double low, double high) => Math.Max(0, high - low);
    }

    /// <summary>Bad boxes, scores, thresholds and classes.</summary>
    public static IEnumerable<BadInput<TOp>> BadInputs<TOp>(Action<TOp, Tensor, Tensor, double, Tensor?> call)
        where TOp : Delegate =>
    [
        new("null for boxes", "boxes", () => [ones(2)], (op, x) => call(op, null!, x[0], 0.5, null)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64), ones(2)], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("boxes of a batch", "boxes", () => [ones(1, 2, 4), ones(2)], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("null for scores", "scores", () => [ones(2, 4)], (op, x) => call(op, x[0], null!, 0.5, null)),
        new("integer scores", "scores", () => [ones(2, 4), ones(2, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("a score too few", "scores", () => [ones(2, 4), ones(1)], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("scores on another device", "scores", () => [ones(2, 4), ones([2], device: META)], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("a score that is no number", "scores", () => [ones(2, 4), tensor([0.5f, float.NaN])], (op, x) => call(op, x[0], x[1], 0.5, null)),
        new("a threshold of 50 percent as 50", "threshold", () => [ones(2, 4), ones(2)], (op, x) => call(op, x[0], x[1], 50, null)),
        new("a threshold that is no number", "threshold", () => [ones(2, 4), ones(2)], (op, x) => call(op, x[0], x[1], double.NaN, null)),
        new("classes in float", "classes", () => [ones(2, 4), ones(2), ones(2)], (op, x) => call(op, x[0], x[1], 0.5, x[2])),
        new("a class too many", "classes", () => [ones(2, 4), ones(2), ones(3, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], 0.5, x[2])),
    ];
}
