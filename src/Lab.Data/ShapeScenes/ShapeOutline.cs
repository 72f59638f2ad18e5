using Lab.Data.Handwriting;

namespace Lab.Data.ShapeScenes;

/// <summary>The outlines of the shapes in a frame of their own: middle at 0, reach 1, y downwards.</summary>
/// <remarks>Only operations that IEEE 754 rounds exactly, so that a scene has the same bytes on every system.</remarks>
internal static class ShapeOutline
{
    /// <summary>Half a side of the square.</summary>
    public const double Half = 0.8;

    /// <summary>The radius of the ring's hole.</summary>
    public const double Hole = 0.56;

    private const double Dent = 0.45;                     // radius of the star's inner corners

    // Cosine and sine of multiples of 36 degrees, from the top.
    private static readonly Point[] tenth =
    [
        new(0, -1), new(0.5877852522924731, -0.8090169943749475), new(0.9510565162951535, -0.30901699437494745),
        new(0.9510565162951535, 0.30901699437494745), new(0.5877852522924731, 0.8090169943749475), new(0, 1),
        new(-0.5877852522924731, 0.8090169943749475), new(-0.9510565162951535, 0.30901699437494745),
        new(-0.9510565162951535, -0.30901699437494745), new(-0.5877852522924731, -0.8090169943749475),
    ];

    private static readonly Point[] triangle = [new(0, -1), new(0.8660254037844386, 0.5), new(-0.8660254037844386, 0.5)];
    private static readonly Point[] square = [new(-Half, -Half), new(Half, -Half), new(Half, Half), new(-Half, Half)];
    private static readonly Point[] star = [.. tenth.Select((p, i) => i % 2 == 0 ? p : Dent * p)];
    private static readonly Point[] heap =
        [new(-0.78, 0.3), new(-0.42, 0.02), new(-0.35, 0.42), new(0.05, 0.3), new(0.1, -0.12), new(0.48, 0.4), new(0.55, 0.02), new(0.84, 0.36)];

    /// <summary>The radius of one circle of a heap.</summary>
    private const double Grain = 0.2;

    /// <summary>How far the lowest point lies below the middle, unturned.</summary>
    public static double Foot(ShapeKind kind) => kind switch
    {
        ShapeKind.Square => Half,
        ShapeKind.Triangle => 0.5,
        ShapeKind.Star => 0.8090169943749475,
        ShapeKind.Heap => 0.62,
        _ => 1,
    };

    /// <summary>The corners that are keypoints, in the order of <see cref="SceneClasses.Keypoints"/>.</summary>
    public static IReadOnlyList<Point> Corners(ShapeKind kind) => kind switch
    {
        ShapeKind.Square => square,
        ShapeKind.Triangle => triangle,
        ShapeKind.Star => [.. star.Where((_, i) => i % 2 == 0)],
        _ => [],
    };

    /// <summary>Whether a point of the frame lies in the shape.</summary>
    public static bool Contains(ShapeKind kind, double x, double y)
    {
        var square = (x * x) + (y * y);
        if (square > 1.3)
            return false;
        return kind switch
        {
            ShapeKind.Circle => square <= 1,
            ShapeKind.Square => Math.Abs(x) <= Half && Math.Abs(y) <= Half,
            ShapeKind.Ring => square is <= 1 and >= Hole * Hole,
            ShapeKind.Triangle => InPolygon(triangle, x, y),
            ShapeKind.Star => InPolygon(star, x, y),
            _ => InHeap(x, y),
        };
    }

    private static bool InHeap(double x, double y)
    {
        foreach (var middle in heap)
        {
            var (dx, dy) = (x - middle.X, y - middle.Y);
            if ((dx * dx) + (dy * dy) <= Grain * Grain)
                return true;
        }
        return false;
    }

    private static bool InPolygon(Point[] corners, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            var (a, b) = (corners[i], corners[j]);
            if (a.Y > y != b.Y > y && x < ((b.X - a.X) * (y - a.Y) / (b.Y - a.Y)) + a.X)
                inside = !inside;
        }
        return inside;
    }
}
