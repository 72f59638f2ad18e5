using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Similarities;

/// <summary>What ops over vectors refuse.</summary>
internal static class VectorsBadInputs
{
    /// <summary>Two vectors side by side, given to a version of the op with a third input that is in order for <c>[2, 3]</c>.</summary>
    public static IEnumerable<BadInput<TOp>> Pairs<TOp>(
        string first, string second, Action<TOp, Tensor, Tensor, Tensor> call, Func<Tensor>? third = null)
        where TOp : Delegate =>
    [
        new($"null for {first}", first, () => [ones(2, 3), Third(third)], (op, x) => call(op, null!, x[0], x[1])),
        Bad($"integer {first}", first, () => ones(2, 3, dtype: ScalarType.Int64), () => ones(2, 3), third, call),
        Bad("scalars", first, () => ones([]), () => ones([]), third, call),
        Bad("vectors without entries", first, () => ones(2, 0), () => ones(2, 0), third, call),
        .. Second(second, call, third),
    ];

    /// <summary>A vector beside one of <c>[2, 3]</c>.</summary>
    public static IEnumerable<BadInput<TOp>> Second<TOp>(
        string second, Action<TOp, Tensor, Tensor, Tensor> call, Func<Tensor>? third = null)
        where TOp : Delegate =>
    [
        new($"null for {second}", second, () => [ones(2, 3), Third(third)], (op, x) => call(op, x[0], null!, x[1])),
        Bad($"{second} of another width", second, () => ones(2, 3), () => ones(2, 4), third, call),
        Bad($"{second} that would broadcast", second, () => ones(2, 3), () => ones(3), third, call),
        Bad($"{second} of another dtype", second, () => ones(2, 3), () => ones(2, 3, dtype: ScalarType.Float64), third, call),
        Bad($"{second} on another device", second, () => ones(2, 3), () => ones([2, 3], device: META), third, call),
    ];

    /// <summary>The yes or no of pairs <c>[2, 3]</c>.</summary>
    public static IEnumerable<BadInput<TOp>> Same<TOp>(Action<TOp, Tensor, Tensor> call)
        where TOp : Delegate =>
    [
        new("null for same", "same", () => [ones(2, 3)], (op, x) => call(op, x[0], null!)),
        new("1 and -1 for same", "same", () => [ones(2, 3), tensor([1L, -1L])], (op, x) => call(op, x[0], x[1])),
        new("one answer per entry", "same", () => [ones(2, 3), ones(2, 3, dtype: ScalarType.Bool)], (op, x) => call(op, x[0], x[1])),
        new("one answer for all", "same", () => [ones(2, 3), ones(1, dtype: ScalarType.Bool)], (op, x) => call(op, x[0], x[1])),
        new("answers on another device", "same", () => [ones(2, 3), ones([2], dtype: ScalarType.Bool, device: META)], (op, x) => call(op, x[0], x[1])),
    ];

    private static BadInput<TOp> Bad<TOp>(
        string description, string parameter, Func<Tensor> first, Func<Tensor> second, Func<Tensor>? third, Action<TOp, Tensor, Tensor, Tensor> call)
        where TOp : Delegate =>
        new(description, parameter, () => [first(), second(), Third(third)], (op, x) => call(op, x[0], x[1], x[2]));

    private static Tensor Third(Func<Tensor>? third) => third is null ? ones(2, 3) : third();
}
