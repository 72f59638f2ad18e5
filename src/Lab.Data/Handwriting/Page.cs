namespace Lab.Data.Handwriting;

/// <summary>A grey page on which a round pen leaves anti-aliased ink, in [0, 1].</summary>
internal sealed class Page(int side)
{
    private readonly double[] ink = new double[side * side];

    /// <summary>Ink at a pixel, 0 outside of the page.</summary>
    public double this[int x, int y] => (uint)x < (uint)side && (uint)y < (uint)side ? ink[(y * side) + x] : 0;

    /// <summary>Wipes the page.</summary>
    public void Clear() => Array.Clear(ink);

    /// <summary>Draws a straight line whose radius goes from <paramref name="r0"/> to <paramref name="r1"/> pixels.</summary>
    /// <param name="p0">Start, in pixels; pixel centres lie at whole numbers.</param>
    /// <param name="r0">Radius at the start.</param>
    /// <param name="p1">End.</param>
    /// <param name="r1">Radius at the end.</param>
    /// <param name="soft">Width of the edge over which ink fades from full to none.</param>
    public void Line(Point p0, double r0, Point p1, double r1, double soft)
    {
        var reach = Math.Max(r0, r1) + (soft / 2);
        var along = p1 - p0;
        var square = (along.X * along.X) + (along.Y * along.Y);
        var left = Math.Max(0, (int)Math.Floor(Math.Min(p0.X, p1.X) - reach));
        var right = Math.Min(side - 1, (int)Math.Ceiling(Math.Max(p0.X, p1.X) + reach));
        var top = Math.Max(0, (int)Math.Floor(Math.Min(p0.Y, p1.Y) - reach));
        var bottom = Math.Min(side - 1, (int)Math.Ceiling(Math.Max(p0.Y, p1.Y) + reach));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var (dx, dy) = (x - p0.X, y - p0.Y);
                var t = square > 0 ? Math.Clamp(((dx * along.X) + (dy * along.Y)) / square, 0, 1) : 0;
                var (ex, ey) = (dx - (t * along.X), dy - (t * along.Y));
                var distance = Math.Sqrt((ex * ex) + (ey * ey));
                var cover = Math.Clamp(((r0 + (t * (r1 - r0)) - distance) / soft) + 0.5, 0, 1);
                ref var pixel = ref ink[(y * side) + x];
                pixel = Math.Max(pixel, cover);
            }
        }
    }

    /// <summary>The centre of mass of the ink, in whole pixels.</summary>
    public (int X, int Y) Centre()
    {
        var (mass, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < ink.Length; i++)
        {
            mass += ink[i];
            x += ink[i] * (i % side);
            y += ink[i] * (i / side);
        }
        return mass > 0 ? ((int)Math.Round(x / mass), (int)Math.Round(y / mass)) : (side / 2, side / 2);
    }
}
