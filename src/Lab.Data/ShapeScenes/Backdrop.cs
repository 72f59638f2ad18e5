namespace Lab.Data.ShapeScenes;

/// <summary>Sky and ground: two colours each from top to bottom, and a grain that is coarser on the ground.</summary>
internal sealed class Backdrop
{
    private const int Cells = 12;
    private readonly Rgb skyTop, skyLow, groundFar, groundNear;
    private readonly double[] cloud = new double[(Cells + 1) * (Cells + 1)], grain = new double[(Cells + 1) * (Cells + 1)];
    private readonly int height, width;

    public Backdrop(int height, int width, ref SplitMix64 random)
    {
        (this.height, this.width) = (height, width);
        var (sky, ground) = (random.Between(0.48, 0.68), random.Between(0.05, 0.4));
        skyTop = Rgb.OfHue(sky, random.Between(0.15, 0.6), random.Between(0.55, 0.9));
        skyLow = Rgb.OfHue(sky - 0.05, random.Between(0.05, 0.3), random.Between(0.75, 0.98));
        groundFar = Rgb.OfHue(ground, random.Between(0.1, 0.4), random.Between(0.45, 0.7));
        groundNear = Rgb.OfHue(ground + 0.02, random.Between(0.2, 0.6), random.Between(0.3, 0.6));
        for (var i = 0; i < cloud.Length; i++)
            (cloud[i], grain[i]) = (random.Normal(6), random.Normal(12));
    }

    /// <summary>The colour at a point above or below the horizon.</summary>
    public Rgb At(double x, double y, double horizon)
    {
        if (y < horizon)
        {
            var t = y / horizon;
            return ((1 - t) * skyTop) + (t * skyLow) + Grey(Smooth(cloud, 0.6 * x, y));
        }
        var near = (y - horizon) / (height - horizon);
        return ((1 - near) * groundFar) + (near * groundNear) + ((0.3 + near) * Grey(Smooth(grain, x, y)));
    }

    private static Rgb Grey(double value) => new(value, value, value);

    private double Smooth(double[] lattice, double x, double y)
    {
        var (u, v) = (Math.Clamp(x / width, 0, 1) * (Cells - 1), Math.Clamp(y / height, 0, 1) * (Cells - 1));
        var (i, j) = ((int)u, (int)v);
        var (s, t) = (u - i, v - j);
        double At(int di, int dj) => lattice[((j + dj) * (Cells + 1)) + i + di];
        return ((1 - t) * (((1 - s) * At(0, 0)) + (s * At(1, 0)))) + (t * (((1 - s) * At(0, 1)) + (s * At(1, 1))));
    }
}
