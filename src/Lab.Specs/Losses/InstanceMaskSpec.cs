using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Dense.Regions;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>The loss of masks, region by region, by the library's binary cross-entropy.</summary>
public sealed class InstanceMaskSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor>, ClassMasksCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Op => Loss.InstanceMask;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Oracle => (logits, labels, targets) => stack(
        [.. ClosedForm.Indices(labels).Select((label, r) => F.binary_cross_entropy_with_logits(logits[r][label], targets[r]))]);

    /// <inheritdoc/>
    public override Gen<ClassMasksCase> Cases => ClassMasksCase.Any(targets: true);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor> op, ClassMasksCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor>>> BadInputs =>
    [
        .. ClassMasksCase.Bad<Func<Tensor, Tensor, Tensor, Tensor>>((op, logits, labels) => op(logits, labels, null!)),
        new("masks without pixels", "logits", () => [ones(3, 2, 0, 2), tensor([0L, 1, 1]), ones(3, 0, 2)], (op, x) => op(x[0], x[1], x[2])),
        new("null for the targets", "targets", ClassMasksCase.Good, (op, x) => op(x[0], x[1], null!)),
        new("boolean targets", "targets", () => [.. ClassMasksCase.Good(), ones(3, 2, 2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], x[2])),
        new("targets of another size", "targets", () => [.. ClassMasksCase.Good(), ones(3, 4, 4)], (op, x) => op(x[0], x[1], x[2])),
        new("targets above 1", "targets", () => [.. ClassMasksCase.Good(), 255 * ones(3, 2, 2)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor>, ClassMasksCase>> OwnLaws =>
    [
        Own("masks of other classes cost nothing", "Other numbers in the masks of all other classes change neither loss nor gradient.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var own = F.one_hot(x[1], c.K).to(ScalarType.Bool).reshape(c.R, c.K, 1, 1);
            return Comparison.Same("loss", op(where(own, x[0], 5 - x[0]), x[1], x[2]), op(x[0], x[1], x[2]), new Tolerance(0, 0));
        }),
    ];
}
