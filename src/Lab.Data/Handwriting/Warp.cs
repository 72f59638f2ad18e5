namespace Lab.Data.Handwriting;

/// <summary>One writer's hand on one day: slant, turn, width, and a smooth elastic wobble of the page.</summary>
/// <remarks>
/// The wobble is a uniform cubic B-spline over a lattice of random displacements, the classic free-form deformation
/// (Simard et al. 2003 smooth a random field for the same end; a spline needs no exponential).
/// </remarks>
internal sealed class Warp
{
    private const int Cells = 3;
    private const int Lattice = Cells + 3;
    private readonly double a, b, c, d;
    private readonly Point[] push = new Point[Lattice * Lattice];

    /// <summary>Draws a hand.</summary>
    public Warp(ref SplitMix64 random, Hand hand)
    {
        // tan(θ/2) gives cosine and sine by arithmetic alone.
        var half = random.Normal(hand.Turn);
        var cosine = (1 - (half * half)) / (1 + (half * half));
        var sine = 2 * half / (1 + (half * half));
        var shear = hand.Slant + random.Normal(hand.SlantSpread);
        var width = Math.Max(0.55, 1 + random.Normal(hand.WidthSpread));
        (a, b) = (cosine * width, (cosine * -shear) - sine);
        (c, d) = (sine * width, (sine * -shear) + cosine);
        for (var i = 0; i < push.Length; i++)
            push[i] = new(random.Normal(hand.Wobble), random.Normal(hand.Wobble));
    }

    /// <summary>Where a point of the glyph's box comes to lie.</summary>
    public Point Apply(Point point)
    {
        var (x, y) = (point.X - 50, point.Y - 50);
        var moved = Displacement(point);
        return new((a * x) + (b * y) + moved.X, (c * x) + (d * y) + moved.Y);
    }

    private Point Displacement(Point point)
    {
        Span<double> across = stackalloc double[4];
        Span<double> down = stackalloc double[4];
        var column = Basis(point.X, across);
        var row = Basis(point.Y, down);
        var sum = default(Point);
        for (var j = 0; j < 4; j++)
            for (var i = 0; i < 4; i++)
                sum += across[i] * down[j] * push[((row + j) * Lattice) + column + i];
        return sum;
    }

    private static int Basis(double coordinate, Span<double> weights)
    {
        var scaled = Math.Clamp(coordinate / 100, 0, 1) * Cells;
        var cell = Math.Min((int)scaled, Cells - 1);
        var t = scaled - cell;
        var u = 1 - t;
        weights[0] = u * u * u / 6;
        weights[1] = ((3 * t * t * t) - (6 * t * t) + 4) / 6;
        weights[2] = ((3 * u * u * u) - (6 * u * u) + 4) / 6;
        weights[3] = t * t * t / 6;
        return cell;
    }
}
