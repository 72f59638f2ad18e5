namespace Lab.Data.Handwriting;

/// <summary>How much handwriting varies. Lengths are in the glyph's box of 100 x 100 unless marked as pixels.</summary>
internal sealed record Hand
{
    /// <summary>Deviation of each knot from the glyph's own.</summary>
    public double Shake { get; init; } = 3.0;

    /// <summary>Deviation of tan(θ/2) of the rotation θ.</summary>
    public double Turn { get; init; } = 0.065;

    /// <summary>Mean shear, x per y: most people lean to the right.</summary>
    public double Slant { get; init; } = 0.12;

    /// <summary>Deviation of the shear.</summary>
    public double SlantSpread { get; init; } = 0.21;

    /// <summary>Deviation of the width against the height.</summary>
    public double WidthSpread { get; init; } = 0.14;

    /// <summary>Deviation of the elastic lattice.</summary>
    public double Wobble { get; init; } = 8.0;

    /// <summary>Thinnest and thickest pen: radius in pixels.</summary>
    public (double Thin, double Thick) Pen { get; init; } = (0.75, 1.75);

    /// <summary>The digit's longer side in pixels: MNIST scales to 20.</summary>
    public (double Small, double Large) Size { get; init; } = (18.5, 20.5);

    /// <summary>Deviation of an inked pixel's grey, of 255.</summary>
    public double Grain { get; init; } = 9;
}
