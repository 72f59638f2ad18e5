namespace Lab.Plots;

/// <summary>A picture with what is known of it: regions, boxes and points are drawn over it.</summary>
/// <param name="Image">
/// Red, green and blue in 0..1, <c>[3, H, W]</c>; greys in 0..1, <c>[1, H, W]</c>; or a map of any range, <c>[H, W]</c>, drawn from dark blue to
/// yellow; null for regions alone.
/// </param>
public sealed record Picture(Numbers? Image)
{
    /// <summary>A whole number for each pixel, <c>[H, W]</c>: its class or its object. 0 is left clear, 255 is drawn grey.</summary>
    public Numbers? Labels { get; init; }

    /// <summary>Boxes with a text each.</summary>
    public IReadOnlyList<PictureBox> Boxes { get; init; } = [];

    /// <summary>Points, such as corners or joints.</summary>
    public IReadOnlyList<PicturePoint> Points { get; init; } = [];

    /// <summary>Pairs of points between which a line is drawn, by their places in <see cref="Points"/>.</summary>
    public IReadOnlyList<(int From, int To)> Lines { get; init; } = [];

    /// <summary>A text above the picture.</summary>
    public string? Title { get; init; }
}

/// <summary>A box in pixels; pixel x covers x to x + 1.</summary>
/// <param name="Left">Least x.</param>
/// <param name="Top">Least y.</param>
/// <param name="Right">Greatest x.</param>
/// <param name="Bottom">Greatest y.</param>
/// <param name="Text">Written at its upper edge.</param>
/// <param name="Label">Its colour is that of the label, 1 for the first.</param>
public readonly record struct PictureBox(double Left, double Top, double Right, double Bottom, string? Text = null, int Label = 1);

/// <summary>A point in pixels.</summary>
/// <param name="X">From the left; pixel x covers x to x + 1.</param>
/// <param name="Y">From the top.</param>
/// <param name="Hidden">Known but not seen: drawn as a ring.</param>
/// <param name="Label">Its colour is that of the label, 1 for the first.</param>
public readonly record struct PicturePoint(double X, double Y, bool Hidden = false, int Label = 1);
