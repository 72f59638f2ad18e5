using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>The greatest growth that <see cref="DecodeBoxes"/> allows: from 16 pixels to 1000, as a logarithm.</summary>
    private static readonly double greatestGrowth = Math.Log(1000.0 / 16);

    /// <summary>How boxes differ from others near them, in numbers of about the same size whatever the boxes' is: what a head is to learn.</summary>
    /// <remarks>
    /// <para>Formula, with middles (x, y), widths w and heights h, those of the reference with a bar:
    /// <c>p·(x - x̄)/w̄, p·(y - ȳ)/h̄, s·log(w/w̄), s·log(h/h̄)</c>.</para>
    /// <para>Gradient: through all of it, in boxes and references. Numerics: a side of 0 has no logarithm and is refused.</para>
    /// <para>Oracle: number by number, in plain doubles. Source: Girshick et al. 2014 (R-CNN), appendix C; as in torchvision and Detectron2.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[..., 4]</c>, floating point, of positive width and height.</param>
    /// <param name="references">Anchors or proposals, of the shape and dtype of <paramref name="boxes"/>, of positive width and height.</param>
    /// <param name="placeScale">p, positive: 1 for proposals, 10 for the last boxes, so that their loss counts for as much as the others.</param>
    /// <param name="sizeScale">s, positive: 1, and 5.</param>
    /// <returns>Deltas, of the shape of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a side that is not positive.</exception>
    public static Tensor EncodeBoxes(Tensor boxes, Tensor references, double placeScale = 1, double sizeScale = 1)
    {
        BoxShapes.RequireSides(boxes);
        BoxShapes.RequireSides(references);
        Require.SameDtype(references, boxes);
        Require.SameDevice(references, boxes);
        Require.Shape(references, boxes.shape);
        Require.Positive(placeScale);
        Require.Positive(sizeScale);

        using var scope = NewDisposeScope();
        var (middle, size) = MiddleAndSize(boxes);
        var (from, unit) = MiddleAndSize(references);
        return cat([placeScale * (middle - from) / unit, sizeScale * (size / unit).log()], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Boxes from what a head says of their difference from references: <see cref="EncodeBoxes"/> backwards.</summary>
    /// <remarks>
    /// <para>Formula: <c>x = x̄ + w̄·dx/p</c>, <c>w = w̄·exp(dw/s)</c>; y and h likewise.</para>
    /// <para>Gradient: through all of it; 0 where growth is cut. Numerics: growth is cut at 1000/16, so that an untrained head gives no
    /// infinite boxes.</para>
    /// <para>Oracle: number by number, in plain doubles. Source: as for <see cref="EncodeBoxes"/>.</para>
    /// </remarks>
    /// <param name="deltas"><c>[..., 4]</c>, floating point.</param>
    /// <param name="references">Boxes of a shape that broadcasts to that of <paramref name="deltas"/>, and of their dtype.</param>
    /// <param name="placeScale">p, positive.</param>
    /// <param name="sizeScale">s, positive.</param>
    /// <returns>Left, top, right, bottom, of the shape of <paramref name="deltas"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor DecodeBoxes(Tensor deltas, Tensor references, double placeScale = 1, double sizeScale = 1)
    {
        Require.FloatingPoint(deltas);
        if (deltas.shape is not [.., 4])
            throw Require.BadShape(deltas, "[..., 4]");
        Require.FloatingPoint(references);
        Require.SameDtype(references, deltas);
        Require.SameDevice(references, deltas);
        if (references.shape is not [.., 4])
            throw Require.BadShape(references, "[..., 4]");
        Require.BroadcastsTo(references, deltas);
        Require.Positive(placeScale);
        Require.Positive(sizeScale);

        using var scope = NewDisposeScope();
        var (from, unit) = MiddleAndSize(references);
        var middle = from + unit * deltas[TensorIndex.Ellipsis, ..2] / placeScale;
        var half = unit * (deltas[TensorIndex.Ellipsis, 2..] / sizeScale).clamp(max: greatestGrowth).exp() / 2;
        return cat([middle - half, middle + half], -1).MoveToOuterDisposeScope();
    }

    private static (Tensor Middle, Tensor Size) MiddleAndSize(Tensor boxes)
    {
        var (low, high) = (boxes[TensorIndex.Ellipsis, ..2], boxes[TensorIndex.Ellipsis, 2..]);
        return ((low + high) / 2, high - low);
    }
}
