using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using OverlapOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Sets.BoxSimilarity, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Similarities of all pairs of boxes against the formulas, row by row.</summary>
public sealed class PairwiseOverlapSpec : Spec<OverlapOp, BoxPairsCase>
{
    /// <inheritdoc/>
    public override OverlapOp Op => Boxes.PairwiseOverlap;

    /// <inheritdoc/>
    public override OverlapOp Oracle => BoxesByHand.AllPairs;

    /// <inheritdoc/>
    public override Gen<BoxPairsCase> Cases => BoxPairsCase.Any(pairwise: true);

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
        new("one box without its dimension", "boxes", () => [ones(4), ones(2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("other boxes of five numbers", "others", () => [ones(2, 4), ones(2, 5)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("others of other pictures", "others", () => [ones(3, 2, 4), ones(1, 2, 4)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("others on another device", "others", () => [ones(2, 4), ones([2, 4], device: META)], (op, x) => op(x[0], x[1], BoxSimilarity.IoU)),
        new("a similarity that is none", "similarity", () => [ones(2, 4), ones(2, 4)], (op, x) => op(x[0], x[1], (BoxSimilarity)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<OverlapOp, BoxPairsCase>> OwnLaws =>
    [
        Own("each pair for itself", "An entry is the similarity of its two boxes, whatever stands beside them.", (op, c) =>
        {
            var drawn = c.Draw();
            var (a, b) = (drawn[0].Value, drawn[1].Value);
            var all = op(a, b, c.Similarity);
            return Comparison.Same("last entry", all[0, -1, -1], Boxes.Overlap(a[0, -1], b[0, -1], c.Similarity), Tolerance)
                .Then(() => Comparison.Same("transpose", op(b, a, c.Similarity), all.transpose(-1, -2), Tolerance));
        }),
        Own("no boxes, no entries", "Lists without boxes give a table without rows or columns.", (op, c) =>
        {
            var (a, b) = (c.Draw()[0].Value, zeros([c.B, 0, 4], ScalarType.Float64));
            return Verdict.Require(op(a, b, c.Similarity).shape is [_, _, 0] && op(b, a, c.Similarity).shape is [_, 0, _], "An empty list has entries.");
        }) with { Cases = 5 },
    ];
}
