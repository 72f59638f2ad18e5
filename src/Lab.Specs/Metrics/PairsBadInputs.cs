using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>What ops over predictions and targets of one shape refuse.</summary>
internal static class PairsBadInputs
{
    public static IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> All =>
    [
        new("integer predictions", "predictions", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1])),
        new("null for predictions", "predictions", () => [ones(2)], (op, x) => op(null!, x[0])),
        new("scalars", "predictions", () => [ones([]), ones([])], (op, x) => op(x[0], x[1])),
        new("no examples", "predictions", () => [ones(0), ones(0)], (op, x) => op(x[0], x[1])),
        new("null for targets", "targets", () => [ones(2)], (op, x) => op(x[0], null!)),
        new("integer targets", "targets", () => [ones(2), ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1])),
        new("targets of another dtype", "targets", () => [ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1])),
        new("a column of predictions for a row of targets", "targets", () => [ones(3, 1), ones(3)], (op, x) => op(x[0], x[1])),
    ];
}
