using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Sigmoid cross-entropy from logits against the library's, unreduced.</summary>
public sealed class BinaryCrossEntropyWithLogitsSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor>, LabelCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Op => Loss.BinaryCrossEntropyWithLogits;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Oracle => (logits, targets, positiveWeight) =>
        F.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None, pos_weights: positiveWeight);

    /// <inheritdoc/>
    public override Gen<LabelCase> Cases => LabelCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, Tensor> op, LabelCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2))];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1], null)),
        new("null for targets", "targets", () => [ones(2)], (op, x) => op(x[0], null!, null)),
        new("class indices as targets", "targets", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], null)),
        new("targets that would broadcast", "targets", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1], null)),
        new("targets of another dtype", "targets", () => [ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], null)),
        new("targets on another device", "targets", () => [ones(2), ones([2], device: META)], (op, x) => op(x[0], x[1], null)),
        new("a weight of another dtype", "positiveWeight", () => [ones(2), ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], x[2])),
        new("a weight on another device", "positiveWeight", () => [ones(2), ones(2), ones([2], device: META)], (op, x) => op(x[0], x[1], x[2])),
        new("a weight of more dimensions", "positiveWeight", () => [ones(2), ones(2), ones(1, 2)], (op, x) => op(x[0], x[1], x[2])),
        new("a weight for every example but for too few labels", "positiveWeight", () => [ones(2, 3), ones(2, 3), ones(2, 2)], (op, x) => op(x[0], x[1], x[2])),
        new("a weight for too few labels", "positiveWeight", () => [ones(2, 3), ones(2, 3), ones(2)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor>, LabelCase>> OwnLaws =>
    [
        Own("yes and no are mirror images", "The loss of z against y is that of -z against 1 - y.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "result", op(-drawn[0].Value, 1 - drawn[1].Value, null), op(drawn[0].Value, drawn[1].Value, null), Tolerance);
        }),
        Own("a sure and right answer costs next to nothing", "z = 20 against y = 1 costs 2.06e-9 in float32 too.", (op, _) =>
            Comparison.Same(
                "result", op(tensor([20f]), tensor([1f]), null), tensor([2.061153618e-9f]), new Tolerance(1e-5, 0))) with { Cases = 1 },
    ];
}
