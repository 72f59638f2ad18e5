using System.Globalization;

namespace Lab.Data.Masks;

/// <summary>A box along the axes; pixel x covers x to x + 1, so that a mask of one pixel at 0 has the box 0, 0, 1, 1.</summary>
/// <param name="Left">Least x.</param>
/// <param name="Top">Least y.</param>
/// <param name="Right">Greatest x.</param>
/// <param name="Bottom">Greatest y.</param>
public readonly record struct PixelBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Right less left.</summary>
    public double Width => Right - Left;

    /// <summary>Bottom less top.</summary>
    public double Height => Bottom - Top;

    /// <summary>Width times height; 0 where either is not positive.</summary>
    public double Area => Math.Max(0, Width) * Math.Max(0, Height);

    /// <summary>The box around both.</summary>
    public PixelBox Around(PixelBox other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>The part of the box in an image of that size; of area 0 where it lies outside.</summary>
    public PixelBox Within(int height, int width) => new(
        Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"({Left:0.##}, {Top:0.##}) to ({Right:0.##}, {Bottom:0.##})");
}
