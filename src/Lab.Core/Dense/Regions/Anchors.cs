using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>Parts of images: boxes to look for objects at, and what is read from maps inside them.</summary>
public static partial class Region
{
    /// <summary>Boxes of a few sizes and shapes around the middle of every pixel of a map: where a detector looks.</summary>
    /// <remarks>
    /// <para>Formula: the pixel in column j and row i of a map with stride s has its middle at <c>((j + o)·s, (i + o)·s)</c> in the image, with
    /// o = <paramref name="offset"/>; around it, for each size a and ratio r, a box of width <c>a/√r</c> and height <c>a·√r</c>: area a².</para>
    /// <para>Order: row by row, pixel by pixel, size by size, ratio by ratio: as <c>[H, W, sizes, ratios]</c>.</para>
    /// <para>Conventions: an offset of ½ puts anchors into the middle of what the pixel stands for, as Detectron2 recommends. Its default,
    /// and torchvision, have 0: the upper left corner; torchvision moreover rounds widths and heights and goes ratio by ratio.</para>
    /// <para>Gradient: none. Oracle: one anchor after the other, in plain doubles. Source: Ren et al. 2015 (Faster R-CNN), section 3.1.1.</para>
    /// </remarks>
    /// <param name="height">Rows of the map, positive.</param>
    /// <param name="width">Columns of the map, positive.</param>
    /// <param name="stride">Pixels of the image for one of the map, positive.</param>
    /// <param name="sizes">Roots of areas, in pixels of the image, positive.</param>
    /// <param name="ratios">Height over width, positive; null for ½, 1 and 2.</param>
    /// <param name="offset">Where in its cell an anchor's middle is, in [0, 1).</param>
    /// <param name="dtype">Floating point; none takes float32.</param>
    /// <param name="device">Where the anchors are to be; none means the CPU.</param>
    /// <returns>Left, top, right, bottom, <c>[H·W·A, 4]</c>.</returns>
    /// <exception cref="ArgumentException">A number other than those above, or no sizes or ratios.</exception>
    public static Tensor Anchors(
        long height, long width, double stride, IReadOnlyList<double> sizes, IReadOnlyList<double>? ratios = null, double offset = 0.5,
        ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        BoxShapes.RequireSize(height, width);
        Require.Positive(stride);
        RequirePositive(sizes, nameof(sizes));
        RequirePositive(ratios ??= [0.5, 1, 2], nameof(ratios));
        Require.Fraction(offset);

        using var scope = NewDisposeScope();
        var half = tensor([.. from a in sizes from r in ratios from side in new[] { a / Math.Sqrt(r) / 2, a * Math.Sqrt(r) / 2 } select side])
            .reshape(1, 1, -1, 2);                                              // [1, 1, A, 2]: half width, half height
        var x = ((arange(width, dtype: ScalarType.Float64) + offset) * stride).reshape(1, -1, 1).expand(height, width, half.size(2));
        var y = ((arange(height, dtype: ScalarType.Float64) + offset) * stride).reshape(-1, 1, 1).expand(height, width, half.size(2));
        var middle = stack([x, y], 3);                                          // [H, W, A, 2]
        return cat([middle - half, middle + half], 3).reshape(-1, 4).to(dtype).to(device ?? CPU).MoveToOuterDisposeScope();
    }

    private static void RequirePositive(IReadOnlyList<double> numbers, string name)
    {
        ArgumentNullException.ThrowIfNull(numbers, name);
        if (numbers.Count == 0 || numbers.Any(n => !(n > 0) || double.IsInfinity(n)))
            throw new ArgumentException($"{name} must be one or more positive numbers, got [{string.Join(", ", numbers)}].", name);
    }
}
