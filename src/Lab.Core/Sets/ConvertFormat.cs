using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>Boxes <c>[..., 4]</c>: formats, areas, overlaps, and the suppression of doubles.</summary>
public static partial class Boxes
{
    /// <summary>The same boxes by other numbers.</summary>
    /// <remarks>
    /// <para>Formula: <c>left = cx - w/2</c>, <c>right = cx + w/2</c>, and so on. A linear map: any unit, and pixels or shares of the picture.</para>
    /// <para>Gradient: that of the map. Numerics: there and back again gives the same numbers up to rounding; a narrow box far out loses digits of
    /// its width in corners.</para>
    /// <para>Oracle: number by number. Library op: TorchVision's <c>box_convert</c>.</para>
    /// </remarks>
    /// <param name="boxes"><c>[..., 4]</c>, floating point.</param>
    /// <param name="from">What the numbers are.</param>
    /// <param name="to">What they shall be.</param>
    /// <returns>Of the shape and dtype of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or format other than those above.</exception>
    public static Tensor ConvertFormat(Tensor boxes, BoxFormat from, BoxFormat to)
    {
        BoxGeometry.RequireBoxes(boxes);
        RequireFormat(from, nameof(from));
        RequireFormat(to, nameof(to));

        using var scope = NewDisposeScope();
        var (first, second) = (boxes.narrow(-1, 0, 2), boxes.narrow(-1, 2, 2));
        var (low, size) = from switch
        {
            BoxFormat.Xyxy => (first, second - first),
            BoxFormat.Cxcywh => (first - second / 2, second),
            _ => (first, second),
        };
        var converted = (from, to) switch
        {
            (_, BoxFormat.Xyxy) when from == to => boxes.clone(),
            (BoxFormat.Cxcywh, BoxFormat.Cxcywh) => boxes.clone(),
            (BoxFormat.Cxcywh, BoxFormat.Xyxy) => cat([low, first + second / 2], -1),
            (BoxFormat.Xyxy, BoxFormat.Cxcywh) => cat([(first + second) / 2, size], -1),
            (_, BoxFormat.Xyxy) => cat([low, low + size], -1),
            (_, BoxFormat.Cxcywh) => cat([low + size / 2, size], -1),
            _ => cat([low, size], -1),
        };
        return converted.MoveToOuterDisposeScope();
    }

    private static void RequireFormat(BoxFormat format, string name)
    {
        if (!Enum.IsDefined(format))
            throw new ArgumentException($"{name} must be one of {string.Join(", ", Enum.GetNames<BoxFormat>())}, got {(int)format}.", name);
    }
}
