namespace Lab.Data.Handwriting;

/// <summary>
/// Writes 28 x 28 handwriting-like digits, normalised as MNIST's: longer side about 20 pixels, centre of mass in the middle,
/// anti-aliased, white ink on black.
/// </summary>
/// <remarks>
/// Only additions, multiplications, divisions and square roots are used: IEEE 754 rounds these exactly, so that an image has
/// the same bytes on every system. One writer serves one thread.
/// </remarks>
internal sealed class DigitWriter(Hand hand)
{
    /// <summary>Side of an image in pixels.</summary>
    public const int Side = 28;

    private const int Desk = 48;
    private readonly Page page = new(Desk);

    /// <summary>Writes one digit.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <param name="random">The source of every choice; style, hand, pen and grain.</param>
    /// <param name="pixels">Receives 28 x 28 greys, row by row.</param>
    public void Write(int digit, ref SplitMix64 random, Span<byte> pixels)
    {
        var styles = Glyphs.Styles[digit];
        var lines = Draw(styles[random.Below(styles.Count)], ref random);
        var pen = random.Between(hand.Pen.Thin, hand.Pen.Thick);
        Fit(lines, random.Between(hand.Size.Small, hand.Size.Large) - (2 * pen));
        page.Clear();
        var soft = random.Between(0.9, 1.7);
        foreach (var line in lines)
            Ink(line, pen, soft, ref random);
        Develop(ref random, pixels);
    }

    private List<List<Point>> Draw(Glyph glyph, ref SplitMix64 random)
    {
        var warp = new Warp(ref random, hand);
        var lines = new List<List<Point>>();
        foreach (var stroke in glyph.Strokes)
        {
            var knots = new Knot[stroke.Count];
            for (var i = 0; i < knots.Length; i++)
                knots[i] = stroke[i] with { At = stroke[i].At + new Point(random.Normal(hand.Shake), random.Normal(hand.Shake)) };
            lines.Add(Spline.Flatten(knots).ConvertAll(warp.Apply));
        }
        return lines;
    }

    private static void Fit(List<List<Point>> lines, double size)
    {
        var (left, right) = (lines.Min(line => line.Min(p => p.X)), lines.Max(line => line.Max(p => p.X)));
        var (top, bottom) = (lines.Min(line => line.Min(p => p.Y)), lines.Max(line => line.Max(p => p.Y)));
        var scale = size / Math.Max(right - left, bottom - top);
        var middle = new Point((left + right) / 2, (top + bottom) / 2);
        var desk = new Point(Desk / 2, Desk / 2);
        foreach (var line in lines)
            for (var i = 0; i < line.Count; i++)
                line[i] = desk + (scale * (line[i] - middle));
    }

    // The pressure of the hand changes slowly along a stroke, and eases where the pen lands and lifts.
    private void Ink(List<Point> line, double pen, double soft, ref SplitMix64 random)
    {
        var (begin, middle, end) = (random.Normal(0.14), random.Normal(0.10), random.Normal(0.16));
        for (var i = 0; i + 1 < line.Count; i++)
            page.Line(line[i], Radius(i), line[i + 1], Radius(i + 1), soft);

        double Radius(int i)
        {
            var t = (double)i / (line.Count - 1);
            var u = 1 - t;
            var pressure = (u * u * begin) + (2 * u * t * middle) + (t * t * end);
            return pen * Math.Clamp(1 + pressure, 0.6, 1.4);
        }
    }

    private void Develop(ref SplitMix64 random, Span<byte> pixels)
    {
        var (centreX, centreY) = page.Centre();
        var strength = random.Between(225, 262);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var cover = page[x + centreX - (Side / 2), y + centreY - (Side / 2)];
                var grey = cover > 0 ? (cover * strength) + random.Normal(hand.Grain) : 0;
                pixels[(y * Side) + x] = (byte)Math.Clamp(Math.Round(grey), 0, 255);
            }
        }
    }
}
