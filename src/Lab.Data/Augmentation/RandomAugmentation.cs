namespace Lab.Data.Augmentation;

/// <summary>One random change of a sample, by ranges: mirrored or not, scaled, turned, moved, and with other colours.</summary>
public sealed record RandomAugmentation
{
    /// <summary>How often left and right are mirrored.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Smallest and greatest factor of size, drawn evenly by its logarithm.</summary>
    public (double Least, double Most) Scale { get; init; } = (0.8, 1.25);

    /// <summary>Degrees to either side.</summary>
    public double Degrees { get; init; } = 10;

    /// <summary>How far to move at most, as a share of the sides.</summary>
    public double Shift { get; init; } = 0.1;

    /// <summary>How far brightness, contrast and saturation may be from 1.</summary>
    public double Colors { get; init; } = 0.2;

    /// <summary>Changes a sample; the same seed gives the same change.</summary>
    /// <param name="sample">The sample; it stays as it is.</param>
    /// <param name="seed">Draws the change: give each sample of each epoch its own.</param>
    /// <returns>A new sample of the same size, whose tensors belong to the caller.</returns>
    /// <exception cref="ArgumentException">Parts of different sizes.</exception>
    public Sample Apply(Sample sample, int seed)
    {
        ArgumentNullException.ThrowIfNull(sample);
        sample.Check();
        var random = SplitMix64.Stream((ulong)seed, 2, 0);
        var map = Draw(ref random, sample.Height, sample.Width);
        var moved = Augment.Warp(sample, map);
        var colored = Augment.Colors(moved, Factor(ref random), Factor(ref random), Factor(ref random));
        moved.Image.Dispose();
        return colored;
    }

    private AffineMap Draw(ref SplitMix64 random, int height, int width)
    {
        var flip = random.Unit() < FlipProbability ? AffineMap.FlipHorizontally(width) : AffineMap.Identity;
        var factor = Scale.Least * Math.Pow(Scale.Most / Scale.Least, random.Unit());
        var (x, y) = (width / 2.0, height / 2.0);
        var larger = AffineMap.Shift(-x, -y).Then(AffineMap.Scale(factor, factor)).Then(AffineMap.Shift(x, y));
        var turned = AffineMap.Rotate(random.Between(-Degrees, Degrees), x, y);
        return flip.Then(larger).Then(turned).Then(AffineMap.Shift(random.Between(-Shift, Shift) * width, random.Between(-Shift, Shift) * height));
    }

    private double Factor(ref SplitMix64 random) => random.Between(1 - Colors, 1 + Colors);
}
