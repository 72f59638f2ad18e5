namespace Lab.Specs.Dense;

/// <summary>Distances over all pairs of pixels: slow, and beyond doubt.</summary>
internal static class AllPairs
{
    /// <summary>The squared distance from each pixel of a map to the nearest of the region; null where there is none.</summary>
    public static long?[] Squares(bool[] region, int width) =>
        [.. Enumerable.Range(0, region.Length).Select(i => Nearest(region, width, i))];

    /// <summary>The distance to the other side of a region among the pixels that count, less ½, negative inside; 0 where there is none.</summary>
    public static double[] Signed(bool[] region, bool[] valid, int width)
    {
        bool[] inside = [.. region.Zip(valid, (r, v) => r && v)];
        bool[] outside = [.. region.Zip(valid, (r, v) => !r && v)];
        return [.. Enumerable.Range(0, region.Length).Select(i =>
            !valid[i] ? 0
            : inside[i] ? (Nearest(outside, width, i) is { } away ? -(Math.Sqrt(away) - 0.5) : 0)
            : Nearest(inside, width, i) is { } near ? Math.Sqrt(near) - 0.5 : 0)];
    }

    private static long? Nearest(bool[] region, int width, int i)
    {
        long? least = null;
        for (var j = 0; j < region.Length; j++)
        {
            if (!region[j])
                continue;
            var (dy, dx) = ((long)(i / width) - j / width, (long)(i % width) - j % width);
            least = Math.Min(least ?? long.MaxValue, dy * dy + dx * dx);
        }
        return least;
    }
}
