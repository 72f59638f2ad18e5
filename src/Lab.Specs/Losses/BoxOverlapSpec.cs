using FsCheck;
using Lab.Core.Losses;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Sets;
using static TorchSharp.torch;
using OverlapOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Sets.BoxSimilarity, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Losses;

/// <summary>Losses of boxes against 1 less the formulas, side by side.</summary>
public sealed class BoxOverlapSpec : Spec<OverlapOp, BoxPairsCase>
{
    /// <inheritdoc/>
    public override OverlapOp Op => Loss.BoxOverlap;

    /// <inheritdoc/>
    public override OverlapOp Oracle => (predictions, targets, similarity) => 1 - BoxesByHand.Similar(predictions, targets, similarity);

    /// <inheritdoc/>
    public override Gen<BoxPairsCase> Cases => BoxPairsCase.Any(pairwise: false);

    /// <inheritdoc/>
    public override bool SmoothAt(BoxPairsCase @case) => @case is { Degenerate: false, Similarity: not BoxSimilarity.Complete }; // α is a constant

    /// <inheritdoc/>
    public override Tensor[] Call(OverlapOp op, BoxPairsCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], @case.Similarity)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<OverlapOp>> BadInputs =>
    [
        new("null for predictions", "predictions", () => [ones(2, 4)], (op, x) => op(null!, x[0], BoxSimilarity.IoU)),
        new("integer boxes", "predictions", () => [ones(2, 4, dtype: ScalarType.Int64), ones(2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("boxes of five numbers", "predictions", () => [ones(2, 5), ones(2, 5)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("a scalar for predictions", "predictions", () => [ones([]), ones(2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("null for targets", "targets", () => [ones(2, 4)], (op, x) => op(x[0], null!, BoxSimilarity.IoU)),
        new("targets of another dtype", "targets", () => [ones(2, 4), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("one other box for two", "targets", () => [ones(2, 4), ones(1, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("targets on another device", "targets", () => [ones(2, 4), ones([2, 4], device: META)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("a similarity that is none", "similarity", () => [ones(2, 4), ones(2, 4)], (op, x) => op(x[0], x[1], (BoxSimilarity)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<OverlapOp, BoxPairsCase>> OwnLaws => OverlapLaws.Of<OverlapOp>((op, a, b, kind) => 1 - op(a, b, kind));
}
