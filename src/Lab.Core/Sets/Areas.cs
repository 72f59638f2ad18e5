using static TorchSharp.torch;

namespace Lab.Core.Sets;

public static partial class Boxes
{
    /// <summary>The areas of boxes.</summary>
    /// <remarks>
    /// <para>Formula: <c>max(0, right - left)·max(0, bottom - top)</c>.</para>
    /// <para>Gradient: a side's slope is the other side; none where a box is turned inside out; at a side of 0, that of one
    /// that grows. Numerics: 16-bit floats are multiplied in 32 bits.</para>
    /// <para>Oracle: number by number. Library op: TorchVision's <c>box_area</c>, which gives turned boxes an area, positive or negative.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[..., 4]</c>, floating point.</param>
    /// <returns><c>[...]</c>, 0 or more, of the dtype of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Areas(Tensor boxes)
    {
        BoxGeometry.RequireBoxes(boxes);

        using var scope = NewDisposeScope();
        return BoxGeometry.Area(BoxGeometry.Wide(boxes)).to(boxes.dtype).MoveToOuterDisposeScope();
    }
}
