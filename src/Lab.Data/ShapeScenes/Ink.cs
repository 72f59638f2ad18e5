namespace Lab.Data.ShapeScenes;

/// <summary>Red, green and blue, 0 to 255 each.</summary>
internal readonly record struct Rgb(double R, double G, double B)
{
    public static Rgb operator *(double k, Rgb c) => new(k * c.R, k * c.G, k * c.B);

    public static Rgb operator +(Rgb a, Rgb b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

    /// <summary>A colour by hue in turns, saturation and value in 0..1.</summary>
    public static Rgb OfHue(double hue, double saturation, double value)
    {
        var sixth = (hue - Math.Floor(hue)) * 6;
        double Part(double offset)
        {
            var k = offset + sixth >= 6 ? offset + sixth - 6 : offset + sixth;
            return 255 * value * (1 - (saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)));
        }
        return new(Part(5), Part(3), Part(1));
    }
}

/// <summary>How a surface is painted: a colour, a second one in a pattern, and light from the upper left.</summary>
/// <param name="First">The colour.</param>
/// <param name="Second">The pattern's other colour.</param>
/// <param name="Pattern">0 plain, 1 stripes, 2 checks, 3 dots.</param>
/// <param name="Pitch">The pattern's period, in the frame of the shape.</param>
internal readonly record struct Ink(Rgb First, Rgb Second, int Pattern, double Pitch)
{
    /// <summary>Any colour: the class must not follow from it.</summary>
    public static Ink Draw(ref SplitMix64 random)
    {
        var (hue, saturation, value) = (random.Unit(), random.Between(0.35, 0.95), random.Between(0.4, 0.95));
        var first = Rgb.OfHue(hue, saturation, value);
        var second = Rgb.OfHue(hue + random.Between(-0.12, 0.12), saturation * 0.8, value > 0.65 ? value - 0.3 : value + 0.3);
        return new(first, second, random.Below(5) is var p and < 4 ? p : 0, random.Between(0.45, 0.8));
    }

    /// <summary>The colour at a point of the shape's frame.</summary>
    public Rgb At(double x, double y)
    {
        var colour = Pattern switch
        {
            1 => Odd(y) ? Second : First,
            2 => Odd(x) != Odd(y) ? Second : First,
            3 => Dot(x, y) ? Second : First,
            _ => First,
        };
        return (1 - (0.16 * ((0.6 * x) + (0.8 * y)))) * colour;
    }

    private bool Odd(double at) => ((int)Math.Floor(2 * at / Pitch) & 1) != 0;

    private bool Dot(double x, double y)
    {
        var (u, v) = ((x / Pitch) - Math.Floor(x / Pitch) - 0.5, (y / Pitch) - Math.Floor(y / Pitch) - 0.5);
        return (u * u) + (v * v) < 0.09;
    }
}
