using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Cross-entropy from probabilities against the library's, unreduced.</summary>
public sealed class BinaryCrossEntropySpec : Spec<Func<Tensor, Tensor, Tensor>, LabelCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.BinaryCrossEntropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (probabilities, targets) =>
        F.binary_cross_entropy(probabilities.nan_to_num(0.5), targets, reduction: nn.Reduction.None) // it refuses NaN
            .masked_fill(probabilities.isnan(), double.NaN);

    /// <inheritdoc/>
    public override Gen<LabelCase> Cases => LabelCase.Any.Select(c => c with { Weighted = false, Probabilities = true });

    /// <inheritdoc/>
    public override bool SmoothAt(LabelCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, LabelCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        new("integer probabilities", "probabilities", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1])),
        new("null for targets", "targets", () => [ones(2)], (op, x) => op(x[0], null!)),
        new("targets that would broadcast", "targets", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1])),
        new("targets on another device", "targets", () => [ones(2), ones([2], device: META)], (op, x) => op(x[0], x[1])),
        new("targets of another dtype", "targets", () => [ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1])),
        new("logits where probabilities are wanted", "probabilities", () => [tensor([0.5f, 3f]), ones(2)], (op, x) => op(x[0], x[1])),
        new("a number just above 1", "probabilities", () => [tensor([1.001f]), ones(1)], (op, x) => op(x[0], x[1])),
        new("a negative probability", "probabilities", () => [tensor([0.5f, -0.1f]), ones(2)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, LabelCase>> OwnLaws =>
    [
        Own("a sure answer has a finite cost and slope", "At p = 0 and p = 1 loss and gradient are finite: 0 or 100, never NaN.", (op, _) =>
        {
            var probabilities = tensor([0.0, 0.0, 1.0, 1.0], requires_grad: true);
            var losses = op(probabilities, tensor([0.0, 1.0, 0.0, 1.0]));
            losses.sum().backward();
            return Comparison.Same("result", losses, tensor([0.0, 100.0, 100.0, 0.0]), Tolerance)
                .Then(() => Verdict.Require(probabilities.grad!.isfinite().all().ToBoolean(), "The gradient is not finite."));
        }) with { Cases = 1 },
        Own("it is the loss from logits, by way of a sigmoid", "Given σ(z) it equals the loss from logits z, where σ(z) has not rounded to 0 or 1.", (op, c) =>
        {
            var drawn = (c with { Probabilities = false, Scale = 1 }).Draw();
            return Comparison.Same(
                "result", op(drawn[0].Value.sigmoid(), drawn[1].Value),
                Loss.BinaryCrossEntropyWithLogits(drawn[0].Value, drawn[1].Value), new Tolerance(1e-9, 1e-12));
        }),
    ];
}
