using Lab.Core.Runtime;
using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>Where objects may be, surest first, without a gradient.</summary>
/// <param name="Boxes">Left, top, right, bottom, inside the image, <c>[P, 4]</c>.</param>
/// <param name="Scores">Logits of being an object, <c>[P]</c>.</param>
public sealed record RegionProposals(Tensor Boxes, Tensor Scores);

public static partial class Region
{
    /// <summary>A few boxes out of all anchors of an image: the surest, without those that say the same.</summary>
    /// <remarks>
    /// <para>Rule: of each map the <paramref name="before"/> surest anchors are kept (of equals the first), moved by their deltas, and cut to the
    /// image. Boxes with a side below <paramref name="leastSide"/> go. Non-maximum suppression within each map removes what overlaps a surer one by more than
    /// <paramref name="overlap"/>; of the rest of all maps together the <paramref name="after"/> surest are left.</para>
    /// <para>Gradient: none; the second stage treats proposals as given. Numerics: logits order as probabilities do, and do not become equal
    /// at 1.</para>
    /// <para>Conventions: those of torchvision and Detectron2. Oracle: anchor by anchor, in plain doubles. Source: Ren et al. 2015, section 3.3; Lin et al.
    /// 2017.</para>
    /// </remarks>
    /// <param name="objectness">Logits of one image, map after map, <c>[N]</c>, floating point, not NaN.</param>
    /// <param name="deltas"><c>[N, 4]</c>, of the dtype of <paramref name="objectness"/>.</param>
    /// <param name="anchors"><c>[N, 4]</c>, of the dtype of <paramref name="objectness"/>.</param>
    /// <param name="perMap">How many anchors each map has; they sum to N.</param>
    /// <param name="height">The image's height, positive.</param>
    /// <param name="width">The image's width, positive.</param>
    /// <param name="before">How many of each map go into suppression, positive.</param>
    /// <param name="after">How many come out at most, positive.</param>
    /// <param name="overlap">The IoU up to which two boxes are two objects, in [0, 1].</param>
    /// <param name="leastSide">The shortest side, in pixels, not negative.</param>
    /// <returns>At most <paramref name="after"/> boxes.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static RegionProposals Propose(
        Tensor objectness, Tensor deltas, Tensor anchors, IReadOnlyList<long> perMap, long height, long width, long before = 1000,
        long after = 1000, double overlap = 0.7, double leastSide = 1e-3)
    {
        Require.FloatingPoint(objectness);
        if (objectness.shape is not [var N])
            throw Require.BadShape(objectness, "[N]");
        Like(deltas, nameof(deltas));
        Like(anchors, nameof(anchors));
        ArgumentNullException.ThrowIfNull(perMap);
        if (perMap.Any(n => n < 0) || perMap.Sum() != N)
            throw new ArgumentException($"perMap must be numbers that are not negative and sum to {N}, got [{string.Join(", ", perMap)}].", nameof(perMap));
        BoxShapes.RequireSize(height, width);
        Require.Positive(before);
        Require.Positive(after);
        if (overlap is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "Must be in [0, 1].");
        Require.NotNegative(leastSide);

        using var scope = NewDisposeScope();
        var scores = objectness.detach();
        var (chosen, maps, first) = (new List<Tensor>(), new List<Tensor>(), 0L);
        for (var map = 0; map < perMap.Count; first += perMap[map++])
        {
            var surest = scores.narrow(0, first, perMap[map]).sort(0, descending: true, stable: true).Indices;
            chosen.Add(surest.narrow(0, 0, Math.Min(before, perMap[map])) + first);
            maps.Add(full_like(chosen[^1], map));
        }
        if (N == 0)
            return new(anchors.detach().clone().MoveToOuterDisposeScope(), scores.clone().MoveToOuterDisposeScope());
        var (rows, kinds) = (cat(chosen), cat(maps));
        var boxes = ClipBoxes(DecodeBoxes(deltas.detach().index_select(0, rows), anchors.detach().index_select(0, rows)), height, width);
        var sides = boxes[.., 2..] - boxes[.., ..2];
        var large = (sides >= leastSide).all(1).nonzero().squeeze(1);
        (rows, kinds, boxes) = (rows.index_select(0, large), kinds.index_select(0, large), boxes.index_select(0, large));
        var sure = scores.index_select(0, rows);
        var left = Boxes.NonMaximumSuppression(boxes, sure, overlap, kinds);
        left = left.narrow(0, 0, Math.Min(after, left.size(0)));
        return new(boxes.index_select(0, left).MoveToOuterDisposeScope(), sure.index_select(0, left).MoveToOuterDisposeScope());

        void Like(Tensor tensor, string name)
        {
            Require.FloatingPoint(tensor, name);
            Require.SameDtype(tensor, objectness, name);
            Require.Shape(tensor, [N, 4], name);
            Require.SameDevice(tensor, objectness, name);
        }
    }

    /// <summary>Boxes cut to an image.</summary>
    /// <remarks>
    /// <para>Formula: left and right held in [0, width], top and bottom in [0, height]. A box that lies outside loses its area.</para>
    /// <para>Gradient: 1 inside, 0 where a side was moved. Oracle: number by number.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[..., 4]</c>, floating point.</param>
    /// <param name="height">The image's height, positive.</param>
    /// <param name="width">The image's width, positive.</param>
    /// <returns>The shape of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor ClipBoxes(Tensor boxes, long height, long width)
    {
        Require.FloatingPoint(boxes);
        if (boxes.shape is not [.., 4])
            throw Require.BadShape(boxes, "[..., 4]");
        BoxShapes.RequireSize(height, width);

        using var scope = NewDisposeScope();
        var most = tensor([(double)width, height, width, height], dtype: boxes.dtype, device: boxes.device);
        return minimum(boxes.clamp(min: 0), most).MoveToOuterDisposeScope();
    }
}
