using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What ops over scores and thresholds refuse.</summary>
internal static class OrdinalBadInputs
{
    public static IEnumerable<BadInput<TOp>> Of<TOp>(Action<TOp, Tensor, Tensor> call)
        where TOp : Delegate
    {
        return
        [
            Bad("integer scores", "scores", () => [ones(2, dtype: ScalarType.Int64), arange(3).to(ScalarType.Float32)]),
            Bad("thresholds of another dtype", "thresholds", () => [ones(2), zeros(3, dtype: ScalarType.Float64)]),
            Bad("a row of thresholds per example", "thresholds", () => [ones(2), zeros(2, 3)]),
            Bad("no threshold: one class", "thresholds", () => [ones(2), zeros(0)]),
            Bad("thresholds out of order", "thresholds", () => [ones(2), tensor([0f, 2f, 1f])]),
            new("null for scores", "scores", () => [zeros(3)], (op, x) => call(op, null!, x[0])),
            new("null for thresholds", "thresholds", () => [ones(2)], (op, x) => call(op, x[0], null!)),
        ];

        BadInput<TOp> Bad(string description, string parameter, Func<Tensor[]> draw) =>
            new(description, parameter, draw, (op, x) => call(op, x[0], x[1]));
    }
}
