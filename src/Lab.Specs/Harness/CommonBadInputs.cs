using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>Bad inputs that many ops share.</summary>
public static class CommonBadInputs
{
    /// <summary>What an op that works along one dimension of real numbers refuses.</summary>
    /// <param name="tensor">The name of its tensor parameter.</param>
    /// <param name="call">Calls a version of it with a tensor and a dimension.</param>
    public static IEnumerable<BadInput<TOp>> AlongDimension<TOp>(string tensor, Func<TOp, Tensor, long, Tensor> call)
        where TOp : Delegate =>
    [
        new($"integer {tensor}", tensor, () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], 1)),
        new($"null for {tensor}", tensor, () => [], (op, _) => call(op, null!, 1)),
        new("dimension 2 of a matrix", "dim", () => [ones(2, 3)], (op, x) => call(op, x[0], 2)),
        new("dimension -3 of a matrix", "dim", () => [ones(2, 3)], (op, x) => call(op, x[0], -3)),
        new("a scalar", "dim", () => [ones([])], (op, x) => call(op, x[0], -1)),
        new("nothing along the dimension", tensor, () => [ones(2, 0)], (op, x) => call(op, x[0], 1)),
    ];
}
