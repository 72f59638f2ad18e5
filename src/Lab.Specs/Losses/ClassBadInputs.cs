using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What losses over class indices refuse.</summary>
internal static class ClassBadInputs
{
    public static IEnumerable<BadInput<TOp>> Of<TOp>(
        string scores, Action<TOp, Tensor, Tensor, Tensor?> call, string weight = "weight")
        where TOp : Delegate
    {
        return
        [
            new($"null for {scores}", scores, () => [Indices(2)], (op, x) => call(op, null!, x[0], null)),
            new("null for targets", "targets", () => [ones(2, 3)], (op, x) => call(op, x[0], null!, null)),
            Bad($"integer {scores}", scores, () => [Indices(2, 3), Indices(2)]),
            Bad($"{scores} of rank 1", scores, () => [ones(3), Indices(3)]),
            Bad("no classes", scores, () => [ones(2, 0), Indices(2)]),
            Bad("one target too few", "targets", () => [ones(3, 4), Indices(2)]),
            Bad("one-hot indices where indices are wanted", "targets", () => [ones(2, 3), Indices(2, 3)]),
            Bad("targets without the extra dimensions", "targets", () => [ones(2, 3, 4), Indices(2)]),
            Bad("int32 targets", "targets", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int32)]),
            Bad("a class that there is not", "targets", () => [ones(2, 3), tensor([0L, 3L])]),
            Bad("a class that there is not, for the only example", "targets", () => [ones(1, 3), tensor([3L])]),
            Bad("targets on another device", "targets", () => [ones(2, 3), zeros([2], dtype: ScalarType.Int64, device: META)]),
            Bad("class -1", "targets", () => [ones(2, 3), tensor([0L, -1L])]),
            Bad($"{weight} for one class too few", weight, () => [ones(2, 3), Indices(2), ones(2)]),
            Bad($"{weight} on another device", weight, () => [ones(2, 3), Indices(2), ones([3], device: META)]),
            Bad($"{weight} of another dtype", weight, () => [ones(2, 3), Indices(2), ones(3, dtype: ScalarType.Float64)]),
        ];

        BadInput<TOp> Bad(string description, string parameter, Func<Tensor[]> draw) =>
            new(description, parameter, draw, (op, x) => call(op, x[0], x[1], x.ElementAtOrDefault(2)));

        static Tensor Indices(params long[] shape) => zeros(shape, dtype: ScalarType.Int64);
    }
}
