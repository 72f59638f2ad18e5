namespace Lab.Data.Handwriting;

/// <summary>Turns the knots of a stroke into cubic Bézier pieces, and those into short straight lines.</summary>
internal static class Spline
{
    private const int StepsPerPiece = 8;

    // A third would be the cubic through straight chords; a circle of six knots wants 0.41: hands draw rounder than chords.
    private const double Handle = 0.39;

    /// <summary>The stroke as a polyline through all its knots.</summary>
    /// <remarks>
    /// Centripetal Catmull-Rom tangents (Yuksel et al. 2011): no cusps or loops where knots lie unevenly. At a corner each
    /// side looks only at its own neighbour.
    /// </remarks>
    public static List<Point> Flatten(IReadOnlyList<Knot> knots)
    {
        var line = new List<Point>(((knots.Count - 1) * StepsPerPiece) + 1) { knots[0].At };
        for (var i = 0; i + 1 < knots.Count; i++)
        {
            var (from, to) = (knots[i].At, knots[i + 1].At);
            var chord = to - from;
            var step = Pace(chord);
            var leave = i == 0 || knots[i].Corner ? chord : step * Velocity(from - knots[i - 1].At, chord);
            var arrive = i + 2 == knots.Count || knots[i + 1].Corner ? chord : step * Velocity(chord, knots[i + 2].At - to);
            AddBezier(line, from, from + (Handle * leave), to - (Handle * arrive), to);
        }
        return line;
    }

    private static double Pace(Point chord) => Math.Sqrt(Math.Max(chord.Length, 1e-9));

    private static Point Velocity(Point before, Point after)
    {
        var (a, b) = (Pace(before), Pace(after));
        return 1 / (a + b) * ((b / a * before) + (a / b * after));
    }

    private static void AddBezier(List<Point> line, Point p0, Point p1, Point p2, Point p3)
    {
        for (var i = 1; i <= StepsPerPiece; i++)
        {
            var t = (double)i / StepsPerPiece;
            var u = 1 - t;
            line.Add((u * u * u * p0) + (3 * u * u * t * p1) + (3 * u * t * t * p2) + (t * t * t * p3));
        }
    }
}
