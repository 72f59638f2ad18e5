namespace Lab.Data.Masks;

/// <summary>The outline of a mask as polygons along the edges of its pixels.</summary>
public static class MaskOutline
{
    /// <summary>
    /// One polygon for each part of the mask (pixels that touch by a side) and one for each hole. Filled by the even-odd rule they give
    /// the mask again; COCO fills each polygon for itself, so that a mask with holes cannot be written as COCO's polygons.
    /// </summary>
    /// <param name="mask">Row by row, <c>[H, W]</c>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>The outer polygons, clockwise as seen, and the holes, anticlockwise; each as x, y, x, y, ....</returns>
    /// <exception cref="ArgumentException">Another number of pixels.</exception>
    public static (IReadOnlyList<IReadOnlyList<double>> Outer, IReadOnlyList<IReadOnlyList<double>> Holes) Trace(
        ReadOnlySpan<bool> mask, int height, int width)
    {
        if (mask.Length != height * width)
            throw new ArgumentException($"mask must hold {height} x {width} pixels, got {mask.Length}.", nameof(mask));
        var edges = Edges(mask, height, width);
        var (outer, holes) = (new List<IReadOnlyList<double>>(), new List<IReadOnlyList<double>>());
        foreach (var start in edges.Keys.Order().ToArray())
        {
            while (edges.TryGetValue(start, out var open) && open.Count > 0)
            {
                var polygon = Walk(edges, start);
                (SignedArea(polygon) > 0 ? outer : holes).Add(polygon);
            }
        }
        return (outer, holes);
    }

    /// <summary>The sides of pixels between in and out, by where they start, with the inside to the right of the way.</summary>
    private static Dictionary<(int Y, int X), List<(int Y, int X)>> Edges(ReadOnlySpan<bool> mask, int height, int width)
    {
        var edges = new Dictionary<(int Y, int X), List<(int Y, int X)>>();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (!mask[(y * width) + x])
                    continue;
                if (y == 0 || !mask[((y - 1) * width) + x])
                    Add((y, x), (y, x + 1));
                if (x == width - 1 || !mask[(y * width) + x + 1])
                    Add((y, x + 1), (y + 1, x + 1));
                if (y == height - 1 || !mask[((y + 1) * width) + x])
                    Add((y + 1, x + 1), (y + 1, x));
                if (x == 0 || !mask[(y * width) + x - 1])
                    Add((y + 1, x), (y, x));
            }
        }
        return edges;

        void Add((int Y, int X) from, (int Y, int X) to)
        {
            if (!edges.TryGetValue(from, out var open))
                edges[from] = open = [];
            open.Add(to);
        }
    }

    private static List<double> Walk(Dictionary<(int Y, int X), List<(int Y, int X)>> edges, (int Y, int X) start)
    {
        var polygon = new List<double>();
        var (at, way) = (start, (Y: 0, X: 0));
        do
        {
            var open = edges[at];
            // Where two pixels touch by a corner alone, turn right: each part has an outline of its own.
            var chosen = open.Count == 1 ? 0 : open.FindIndex(to => (to.Y - at.Y, to.X - at.X) == (way.X, -way.Y));
            var next = open[Math.Max(0, chosen)];
            open.RemoveAt(Math.Max(0, chosen));
            if (open.Count == 0)
                edges.Remove(at);
            if ((next.Y - at.Y, next.X - at.X) != way)
                polygon.AddRange([at.X, at.Y]);
            (way, at) = ((next.Y - at.Y, next.X - at.X), next);
        }
        while (at != start);
        return polygon;
    }

    private static double SignedArea(List<double> polygon)
    {
        var twice = 0.0;
        for (var i = 0; i < polygon.Count; i += 2)
        {
            var j = (i + 2) % polygon.Count;
            twice += (polygon[i] * polygon[j + 1]) - (polygon[j] * polygon[i + 1]);
        }
        return twice / 2;
    }
}
