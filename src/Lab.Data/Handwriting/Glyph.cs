using System.Globalization;

namespace Lab.Data.Handwriting;

/// <summary>A place on the page.</summary>
internal readonly record struct Point(double X, double Y)
{
    public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);

    public static Point operator -(Point a, Point b) => new(a.X - b.X, a.Y - b.Y);

    public static Point operator *(double k, Point a) => new(k * a.X, k * a.Y);

    /// <summary>Length of the vector from the origin. The square root is exactly rounded, hence the same everywhere.</summary>
    public double Length => Math.Sqrt((X * X) + (Y * Y));
}

/// <summary>A point the pen passes through, smoothly or with a corner.</summary>
internal readonly record struct Knot(Point At, bool Corner);

/// <summary>One way to write a character: strokes, each a list of knots.</summary>
internal sealed record Glyph(IReadOnlyList<IReadOnlyList<Knot>> Strokes)
{
    /// <summary>Reads the notation of <see cref="Glyphs"/>.</summary>
    public static Glyph Parse(string text) => new([.. text
        .Split('|', StringSplitOptions.TrimEntries)
        .Select(stroke => (Knot[])[.. stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseKnot)])]);

    private static Knot ParseKnot(string text)
    {
        var parts = text.TrimEnd('!').Split(',');
        return new(
            new(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture)),
            text.EndsWith('!'));
    }
}
