using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using OverlapOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Sets.BoxSimilarity, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Similarities of boxes against the formulas, side by side.</summary>
public sealed class OverlapSpec : Spec<OverlapOp, BoxPairsCase>
{
    /// <inheritdoc/>
    public override OverlapOp Op => Boxes.Overlap;

    /// <inheritdoc/>
    public override OverlapOp Oracle => BoxesByHand.Similar;

    /// <inheritdoc/>
    public override Gen<BoxPairsCase> Cases => BoxPairsCase.Any(pairwise: false);

    /// <inheritdoc/>
    public override bool SmoothAt(BoxPairsCase @case) => @case is { Degenerate: false, Similarity: not BoxSimilarity.Complete }; // α is a constant

    /// <inheritdoc/>
    public override Tensor[] Call(OverlapOp op, BoxPairsCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], @case.Similarity)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<OverlapOp>> BadInputs =>
    [
        new("null for boxes", "boxes", () => [ones(2, 4)], (op, x) => op(null!, x[0], BoxSimilarity.IoU)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64), ones(2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("boxes of five numbers", "boxes", () => [ones(2, 5), ones(2, 5)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("a scalar for boxes", "boxes", () => [ones([]), ones(2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("null for others", "others", () => [ones(2, 4)], (op, x) => op(x[0], null!, BoxSimilarity.IoU)),
        new("others of another dtype", "others", () => [ones(2, 4), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("one other box for two", "others", () => [ones(2, 4), ones(1, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("others on another device", "others", () => [ones(2, 4), ones([2, 4], device: META)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("a similarity that is none", "similarity", () => [ones(2, 4), ones(2, 4)], (op, x) => op(x[0], x[1], (BoxSimilarity)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<OverlapOp, BoxPairsCase>> OwnLaws => OverlapLaws.Of<OverlapOp>((op, a, b, kind) => op(a, b, kind));
}
