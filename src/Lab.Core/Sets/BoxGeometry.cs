using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>Sides and areas of boxes given by corners, <c>[..., 4]</c>, and of what two of them share and span. Broadcasts.</summary>
internal static class BoxGeometry
{
    /// <summary>Width and height, <c>[...]</c> each; 0 where the right is left of the left.</summary>
    public static (Tensor Width, Tensor Height) Sides(Tensor low, Tensor high)
    {
        var sides = (high - low).clamp(min: 0);
        return (sides.select(-1, 0), sides.select(-1, 1));
    }

    public static (Tensor Width, Tensor Height) Sides(Tensor boxes) => Sides(Low(boxes), High(boxes));

    public static Tensor Area((Tensor Width, Tensor Height) sides) => sides.Width * sides.Height;

    public static Tensor Area(Tensor boxes) => Area(Sides(boxes));

    /// <summary>The area that two boxes share.</summary>
    public static Tensor Common(Tensor a, Tensor b) => Area(Sides(maximum(Low(a), Low(b)), minimum(High(a), High(b))));

    /// <summary>Width and height of the smallest box around two.</summary>
    public static (Tensor Width, Tensor Height) Hull(Tensor a, Tensor b) => Sides(minimum(Low(a), Low(b)), maximum(High(a), High(b)));

    /// <summary>Left and top.</summary>
    public static Tensor Low(Tensor boxes) => boxes.narrow(-1, 0, 2);

    /// <summary>Right and bottom.</summary>
    public static Tensor High(Tensor boxes) => boxes.narrow(-1, 2, 2);

    /// <summary>A share of a whole; 0, with a finite gradient, where there is no whole.</summary>
    public static Tensor Share(Tensor part, Tensor whole)
    {
        var some = whole > 0;
        return where(some, part / where(some, whole, 1), 0);       // the inner one keeps 0/0 out of the gradient
    }

    /// <summary>Areas of 16-bit coordinates overflow from a side of 256 on: they are computed in 32 bits.</summary>
    public static Tensor Wide(Tensor boxes) => boxes.element_size() < 4 ? boxes.to(ScalarType.Float32) : boxes;

    public static void RequireBoxes(Tensor boxes, [CallerArgumentExpression(nameof(boxes))] string? name = null)
    {
        Require.FloatingPoint(boxes, name);
        if (boxes.shape is not [.., 4])
            throw Require.BadShape(boxes, "[..., 4]", name);
    }
}
