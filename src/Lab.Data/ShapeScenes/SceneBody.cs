using Lab.Data.Handwriting;

namespace Lab.Data.ShapeScenes;

/// <summary>One object as it is placed: where, how large, how turned, how far away.</summary>
/// <param name="Kind">Its outline.</param>
/// <param name="Middle">The middle of its frame, in pixels; pixel x covers x to x + 1.</param>
/// <param name="Reach">The frame's unit, in pixels.</param>
/// <param name="Turn">Cosine and sine of how far it is turned.</param>
/// <param name="Depth">Distance in metres.</param>
/// <param name="Ink">Its surface.</param>
internal sealed record SceneBody(ShapeKind Kind, Point Middle, double Reach, Point Turn, double Depth, Ink Ink)
{
    /// <summary>Its class, 1 to 5.</summary>
    public int Class => Kind == ShapeKind.Heap ? (int)ShapeKind.Circle : (int)Kind;

    /// <summary>Annotated as a crowd.</summary>
    public bool Crowd => Kind == ShapeKind.Heap;

    /// <summary>A point of the picture, in the frame.</summary>
    public Point ToFrame(double x, double y)
    {
        var (dx, dy) = ((x - Middle.X) / Reach, (y - Middle.Y) / Reach);
        return new((Turn.X * dx) + (Turn.Y * dy), (Turn.X * dy) - (Turn.Y * dx));
    }

    /// <summary>A point of the frame, in the picture.</summary>
    public Point ToPicture(Point p) =>
        Middle + (Reach * new Point((Turn.X * p.X) - (Turn.Y * p.Y), (Turn.Y * p.X) + (Turn.X * p.Y)));

    /// <summary>The corners, moved a little inwards so that they lie on the shape's own pixels.</summary>
    public IEnumerable<Point> Keypoints()
    {
        var inwards = Math.Min(0.3, (Kind == ShapeKind.Star ? 2.4 : 1.6) / Reach);
        return ShapeOutline.Corners(Kind).Select(corner => ToPicture((1 - inwards) * corner));
    }
}
