namespace Lab.Plots.Drawing;

/// <summary>
/// Finds places for the nodes of a graph. Every pair of nodes has a distance that it would like: one edge is 1, rings are regular polygons, chains go
/// zigzag at 120 degrees, straight on at triple bonds. Places are moved until the squares of what is missing are least (stress majorisation: Gansner
/// et al. 2004), from several beginnings, of which the best counts.
/// </summary>
internal static class GraphLayout
{
    private const int Beginnings = 12;
    private const int Rounds = 220;

    public static (double X, double Y)[] Of(int count, IReadOnlyList<GraphLine> lines)
    {
        var near = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        foreach (var line in lines)
        {
            near[line.From].Add(line.To);
            near[line.To].Add(line.From);
        }
        var steps = Steps(near);
        var places = new (double X, double Y)[count];
        var seen = new bool[count];
        var left = 0.0;
        for (var i = 0; i < count; i++)
        {
            if (seen[i])
                continue;
            int[] piece = [.. Enumerable.Range(0, count).Where(j => steps[i, j] >= 0)];
            var found = Piece(piece, near, steps, lines);
            var (low, high) = (found.Min(p => p.X), found.Max(p => p.X));
            for (var n = 0; n < piece.Length; n++)
                (places[piece[n]], seen[piece[n]]) = ((left + found[n].X - low, found[n].Y), true);
            left += high - low + 1.4;
        }
        return places;
    }

    private static (double X, double Y)[] Piece(int[] nodes, List<int>[] near, int[,] steps, IReadOnlyList<GraphLine> lines)
    {
        var n = nodes.Length;
        if (n == 1)
            return [(0, 0)];
        var (wish, weight) = (new double[n, n], new double[n, n]);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                if (i != j)
                {
                    var d = steps[nodes[i], nodes[j]];
                    wish[i, j] = Straight(nodes[i], nodes[j], d, near, lines) ? d : Math.Sqrt(0.75 * d * d + (d % 2) * 0.25);
                    weight[i, j] = (d == 1 ? 6 : 1) / (wish[i, j] * wish[i, j]);
                }
        foreach (var ring in Rings(nodes, near))
            for (var a = 0; a < ring.Length; a++)
                for (var b = 0; b < ring.Length; b++)
                    if (a != b && Array.IndexOf(nodes, ring[a]) is var i && Array.IndexOf(nodes, ring[b]) is var j)
                    {
                        wish[i, j] = Math.Sin(Math.PI * Math.Abs(a - b) / ring.Length) / Math.Sin(Math.PI / ring.Length);
                        weight[i, j] = 8 / (wish[i, j] * wish[i, j]);
                    }

        var (best, least) = (Array.Empty<(double X, double Y)>(), double.PositiveInfinity);
        for (var begin = 0; begin < Beginnings; begin++)
        {
            var random = new Random(begin);
            var at = Enumerable.Range(0, n).Select(_ => (X: 2 * random.NextDouble() - 1, Y: 2 * random.NextDouble() - 1)).ToArray();
            var stress = Settle(at, wish, weight);
            if (stress < least - 1e-6)
                (best, least) = (at, stress);
        }
        return Turned(best);
    }

    private static double Settle((double X, double Y)[] at, double[,] wish, double[,] weight)
    {
        var n = at.Length;
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < n; i++)
            {
                var (x, y, sum) = (0.0, 0.0, 0.0);
                for (var j = 0; j < n; j++)
                {
                    if (i == j)
                        continue;
                    var (dx, dy) = (at[i].X - at[j].X, at[i].Y - at[j].Y);
                    var scale = wish[i, j] / Math.Max(Math.Sqrt(dx * dx + dy * dy), 1e-6);
                    x += weight[i, j] * (at[j].X + dx * scale);
                    y += weight[i, j] * (at[j].Y + dy * scale);
                    sum += weight[i, j];
                }
                at[i] = (x / sum, y / sum);
            }
        var stress = 0.0;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
            {
                var off = Math.Sqrt(Math.Pow(at[i].X - at[j].X, 2) + Math.Pow(at[i].Y - at[j].Y, 2)) - wish[i, j];
                stress += weight[i, j] * off * off;
            }
        return stress;
    }

    /// <summary>Turned so that it is wide rather than tall.</summary>
    private static (double X, double Y)[] Turned((double X, double Y)[] at)
    {
        var (mx, my) = (at.Average(p => p.X), at.Average(p => p.Y));
        var (xx, yy, xy) = (at.Sum(p => (p.X - mx) * (p.X - mx)), at.Sum(p => (p.Y - my) * (p.Y - my)), at.Sum(p => (p.X - mx) * (p.Y - my)));
        var angle = 0.5 * Math.Atan2(2 * xy, xx - yy);
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        return [.. at.Select(p => (cos * (p.X - mx) + sin * (p.Y - my), cos * (p.Y - my) - sin * (p.X - mx)))];
    }

    /// <summary>Whether all nodes between two lie on a line with their neighbours.</summary>
    private static bool Straight(int i, int j, int distance, List<int>[] near, IReadOnlyList<GraphLine> lines) => distance switch
    {
        2 => near[i].Intersect(near[j]).Any(middle => Linear(middle, lines)),
        3 => near[i].Any(a => Linear(a, lines) && near[j].Any(b => near[a].Contains(b) && Linear(b, lines))),
        _ => false,
    };

    private static bool Linear(int node, IReadOnlyList<GraphLine> lines)
    {
        var orders = lines.Where(l => l.From == node || l.To == node).Select(l => l.Order).ToArray();
        return orders.Length == 2 && (orders.Contains(3) || orders.All(o => o == 2));
    }

    /// <summary>How many edges lie between two nodes; -1 where there is no way.</summary>
    private static int[,] Steps(List<int>[] near)
    {
        var steps = new int[near.Length, near.Length];
        for (var i = 0; i < near.Length; i++)
        {
            for (var j = 0; j < near.Length; j++)
                steps[i, j] = i == j ? 0 : -1;
            var queue = new Queue<int>([i]);
            while (queue.TryDequeue(out var at))
                foreach (var next in near[at])
                    if (steps[i, next] < 0)
                    {
                        steps[i, next] = steps[i, at] + 1;
                        queue.Enqueue(next);
                    }
        }
        return steps;
    }

    /// <summary>For every edge the shortest ring that it is part of, up to nine nodes; each ring once.</summary>
    private static IEnumerable<int[]> Rings(int[] nodes, List<int>[] near)
    {
        var known = new HashSet<string>();
        foreach (var i in nodes)
            foreach (var j in near[i].Where(j => j > i))
            {
                var before = new Dictionary<int, int> { [i] = -1 };
                var queue = new Queue<int>([i]);
                while (queue.TryDequeue(out var at) && !before.ContainsKey(j))
                    foreach (var next in near[at])
                        if (!(at == i && next == j) && before.TryAdd(next, at))
                            queue.Enqueue(next);
                if (!before.ContainsKey(j))
                    continue;
                var ring = new List<int>();
                for (var at = j; at >= 0; at = before[at])
                    ring.Add(at);
                if (ring.Count <= 9 && known.Add(string.Join(',', ring.Order())))
                    yield return [.. ring];
            }
    }
}
