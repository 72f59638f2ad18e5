namespace Lab.Data.Masks;

/// <summary>Which pixels are inside of a polygon, by COCO's rule: its edges on a grid five times as fine, then a column's crossings.</summary>
/// <remarks>
/// A port of <c>rleFrPoly</c>, so that masks of the real annotations are those of every published number. A polygon along the edges
/// of pixels gives exactly the pixels that it encloses; where edges cross, a pixel enclosed twice is out.
/// </remarks>
internal static class PolygonRuns
{
    private const double Scale = 5;
    private const double Farthest = 1 << 20;              // coordinates beyond any picture would take for ever

    public static uint[] Of(IReadOnlyList<double> polygon, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(polygon);
        if (polygon.Count < 6 || polygon.Count % 2 != 0)
            throw new ArgumentException($"polygon must be 3 or more points as x, y, x, y, ..., got {polygon.Count} numbers.", nameof(polygon));
        if (polygon.FirstOrDefault(c => !(Math.Abs(c) <= Farthest)) is var bad && bad != 0)
            throw new ArgumentException($"polygon must have finite coordinates within ±{Farthest}, got {bad}.", nameof(polygon));

        var crossings = Crossings(Edges(polygon), height, width);
        crossings.Add((uint)(height * width));
        crossings.Sort();
        return Runs(crossings);
    }

    /// <summary>The points of the fine grid along the edges, in order.</summary>
    private static List<(int X, int Y)> Edges(IReadOnlyList<double> polygon)
    {
        var corners = polygon.Count / 2;
        var points = new List<(int X, int Y)>();
        for (var i = 0; i < corners; i++)
        {
            var (xs, ys) = (Fine(polygon[2 * i]), Fine(polygon[(2 * i) + 1]));
            var next = (i + 1) % corners;
            var (xe, ye) = (Fine(polygon[2 * next]), Fine(polygon[(2 * next) + 1]));
            var (dx, dy) = (Math.Abs(xe - xs), Math.Abs(ys - ye));
            var flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
            if (flip)
                (xs, xe, ys, ye) = (xe, xs, ye, ys);
            var slope = dx >= dy ? (dx == 0 ? 0 : (double)(ye - ys) / dx) : (double)(xe - xs) / dy;
            var steps = Math.Max(dx, dy);
            for (var d = 0; d <= steps; d++)
            {
                var t = flip ? steps - d : d;
                points.Add(dx >= dy ? (t + xs, (int)(ys + (slope * t) + 0.5)) : ((int)(xs + (slope * t) + 0.5), t + ys));
            }
        }
        return points;
    }

    private static int Fine(double coordinate) => (int)((Scale * coordinate) + 0.5);

    /// <summary>Where the edges cross the middles of the columns, as places in the runs.</summary>
    private static List<uint> Crossings(List<(int X, int Y)> points, int height, int width)
    {
        var crossings = new List<uint>();
        for (var j = 1; j < points.Count; j++)
        {
            var (before, here) = (points[j - 1], points[j]);
            if (here.X == before.X)
                continue;
            var x = ((here.X < before.X ? here.X : here.X - 1) + 0.5) / Scale - 0.5;
            if (Math.Floor(x) != x || x < 0 || x > width - 1)
                continue;
            var y = Math.Clamp(((Math.Min(here.Y, before.Y) + 0.5) / Scale) - 0.5, 0, height);
            crossings.Add((uint)((int)x * height + (int)Math.Ceiling(y)));
        }
        return crossings;
    }

    /// <summary>The runs between sorted crossings, those of length 0 joined.</summary>
    private static uint[] Runs(List<uint> crossings)
    {
        var differences = new List<uint>();
        var before = 0u;
        foreach (var at in crossings)
        {
            differences.Add(at - before);
            before = at;
        }
        var runs = new List<uint> { differences[0] };
        for (var i = 1; i < differences.Count;)
        {
            if (differences[i] > 0)
            {
                runs.Add(differences[i++]);
                continue;
            }
            if (++i < differences.Count)
                runs[^1] += differences[i++];
        }
        return [.. runs];
    }
}
