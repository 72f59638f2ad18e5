using Lab.Data.Masks;

namespace Lab.Data.Augmentation;

/// <summary>Where the points of a picture go: <c>x' = Xx·x + Xy·y + X0</c>, <c>y' = Yx·x + Yy·y + Y0</c>, in pixels; pixel x covers x to x + 1.</summary>
/// <param name="Xx">x' for each x.</param>
/// <param name="Xy">x' for each y.</param>
/// <param name="X0">x' of the origin.</param>
/// <param name="Yx">y' for each x.</param>
/// <param name="Yy">y' for each y.</param>
/// <param name="Y0">y' of the origin.</param>
public readonly record struct AffineMap(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    /// <summary>Leaves everything where it is.</summary>
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>How much areas grow; negative for a mirror image.</summary>
    public double Determinant => Xx * Yy - Xy * Yx;

    /// <summary>Moves.</summary>
    public static AffineMap Shift(double x, double y) => new(1, 0, x, 0, 1, y);

    /// <summary>Stretches from the upper left corner.</summary>
    public static AffineMap Scale(double x, double y) => new(x, 0, 0, 0, y, 0);

    /// <summary>Mirrors left and right in a picture of that width.</summary>
    public static AffineMap FlipHorizontally(double width) => new(-1, 0, width, 0, 1, 0);

    /// <summary>Mirrors top and bottom in a picture of that height.</summary>
    public static AffineMap FlipVertically(double height) => new(1, 0, 0, 0, -1, height);

    /// <summary>Turns clockwise, as seen, around a point; quarters are exact.</summary>
    /// <param name="degrees">How far.</param>
    /// <param name="x">The point that stays.</param>
    /// <param name="y">The point that stays.</param>
    public static AffineMap Rotate(double degrees, double x, double y)
    {
        var (sine, cosine) = (degrees % 360) switch
        {
            0 => (0.0, 1.0),
            90 or -270 => (1.0, 0.0),
            180 or -180 => (0.0, -1.0),
            270 or -90 => (-1.0, 0.0),
            var other => Math.SinCos(other * Math.PI / 180),
        };
        return Shift(-x, -y).Then(new(cosine, -sine, 0, sine, cosine, 0)).Then(Shift(x, y));
    }

    /// <summary>This map, and then another one.</summary>
    public AffineMap Then(AffineMap next) => new(
        next.Xx * Xx + next.Xy * Yx, next.Xx * Xy + next.Xy * Yy, next.Xx * X0 + next.Xy * Y0 + next.X0,
        next.Yx * Xx + next.Yy * Yx, next.Yx * Xy + next.Yy * Yy, next.Yx * X0 + next.Yy * Y0 + next.Y0);

    /// <summary>The way back.</summary>
    /// <exception cref="InvalidOperationException">The map puts everything on a line.</exception>
    public AffineMap Inverse()
    {
        var d = Determinant;
        if (d == 0 || !double.IsFinite(d))
            throw new InvalidOperationException($"{this} has no inverse.");
        return new(Yy / d, -Xy / d, (Xy * Y0 - Yy * X0) / d, -Yx / d, Xx / d, (Yx * X0 - Xx * Y0) / d);
    }

    /// <summary>Where a point goes.</summary>
    public (double X, double Y) Of(double x, double y) => (Xx * x + Xy * y + X0, Yx * x + Yy * y + Y0);

    /// <summary>The box around where a box goes.</summary>
    public PixelBox Of(PixelBox box)
    {
        var corners = new[] { Of(box.Left, box.Top), Of(box.Right, box.Top), Of(box.Right, box.Bottom), Of(box.Left, box.Bottom) };
        return new(corners.Min(c => c.X), corners.Min(c => c.Y), corners.Max(c => c.X), corners.Max(c => c.Y));
    }
}
