namespace Lab.Core.Trees;

/// <summary>One step of Chu, Liu and Edmonds: the graph as it is then, and the best head of everything.</summary>
/// <param name="Nodes">The words that each node stands for, the root first.</param>
/// <param name="Scores">Scores of arcs by head and node; -∞ where none can be. An arc into a circle is worth what it adds over the circle's
/// own arc that it replaces.</param>
/// <param name="Best">For each node its best head; -1 for the root.</param>
/// <param name="Circle">The nodes that run in a circle, which the next step has as one; empty in the last step.</param>
public sealed record ContractionStep(
    IReadOnlyList<IReadOnlyList<int>> Nodes, double[,] Scores, IReadOnlyList<int> Best, IReadOnlyList<int> Circle);

/// <summary>The maximum spanning arborescence of a dense graph, by contraction of circles.</summary>
internal static class Arborescence
{
    /// <summary>
    /// What an arc is worth: first how bad it is in itself (forbidden, or on the root where that is to be used once), then its
    /// score. Such pairs add, subtract and compare like numbers, which is all that the algorithm asks.
    /// </summary>
    private readonly record struct Worth(int Badness, double Score)
    {
        public bool Exceeds(Worth other) => Badness != other.Badness ? Badness < other.Badness : Score > other.Score;

        public Worth Less(Worth other) => new(Badness - other.Badness, Score - other.Score);
    }

    /// <summary>The head of each word; null where there is no tree.</summary>
    /// <param name="scores">By head and word; only the first <paramref name="places"/> of each are read.</param>
    /// <param name="places">Words and root.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <param name="steps">Where the steps are written down.</param>
    public static int[]? Heads(double[,] scores, int places, bool singleRoot, List<ContractionStep>? steps = null)
    {
        var worth = new Worth[places, places];
        for (var head = 0; head < places; head++)
            for (var word = 1; word < places; word++)
            {
                var score = scores[head, word];
                worth[head, word] = double.IsNegativeInfinity(score) || head == word
                    ? new(places, 0)                                      // worse than all arcs of the root together
                    : new(singleRoot && head == 0 ? 1 : 0, score);
            }
        var nodes = steps is null ? null : Enumerable.Range(0, places).Select(n => (IReadOnlyList<int>)[n]).ToList();
        var heads = Solve(worth, places, nodes, steps);
        var badness = Enumerable.Range(1, places - 1).Sum(word => worth[heads[word], word].Badness);
        return badness > (singleRoot ? 1 : 0) ? null : heads[1..];
    }

    private static int[] Solve(Worth[,] worth, int places, List<IReadOnlyList<int>>? nodes, List<ContractionStep>? steps)
    {
        var best = new int[places];
        best[0] = -1;
        for (var word = 1; word < places; word++)                         // the root is the first candidate: ties go to it
            for (var head = 1; head < places; head++)
                if (head != word && worth[head, word].Exceeds(worth[best[word], word]))
                    best[word] = head;
        var circle = CircleIn(best);
        steps?.Add(new(nodes!, Shown(worth, places), best, circle));
        return circle.Length == 0 ? best : Expanded(worth, places, best, circle, nodes, steps);
    }

    private static int[] Expanded(
        Worth[,] worth, int places, int[] best, int[] circle, List<IReadOnlyList<int>>? nodes, List<ContractionStep>? steps)
    {
        var outside = Enumerable.Range(0, places).Except(circle).ToArray();   // the root is the first, as before
        var one = outside.Length;                                         // the circle, as one node: the last
        var smaller = new Worth[one + 1, one + 1];
        var (entries, exits) = (new int[one], new int[one]);              // the node of the circle at which an arc arrives, or leaves
        for (var u = 0; u < one; u++)
        {
            for (var v = 1; v < one; v++)
                smaller[u, v] = worth[outside[u], outside[v]];
            entries[u] = exits[u] = circle[0];
            foreach (var node in circle)
            {
                if (Gain(outside[u], node).Exceeds(Gain(outside[u], entries[u])))
                    entries[u] = node;
                if (u > 0 && worth[node, outside[u]].Exceeds(worth[exits[u], outside[u]]))
                    exits[u] = node;
            }
            smaller[u, one] = Gain(outside[u], entries[u]);
            if (u > 0)
                smaller[one, u] = worth[exits[u], outside[u]];
        }
        var merged = nodes is null ? null
            : outside.Select(u => nodes[u]).Append([.. circle.SelectMany(node => nodes[node]).Order()]).ToList();
        var heads = Solve(smaller, one + 1, merged, steps);

        var all = (int[])best.Clone();                                    // inside the circle, all keep their heads but one
        for (var u = 1; u < one; u++)
            all[outside[u]] = heads[u] == one ? exits[u] : outside[heads[u]];
        all[entries[heads[one]]] = outside[heads[one]];
        return all;

        Worth Gain(int head, int node) => worth[head, node].Less(worth[best[node], node]);
    }

    /// <summary>The nodes of one circle; none where every node leads to the root.</summary>
    private static int[] CircleIn(int[] best)
    {
        var seen = new int[best.Length];                                  // in which walk
        for (var start = 1; start < best.Length; start++)
        {
            var at = start;
            while (at > 0 && seen[at] == 0)
            {
                seen[at] = start;
                at = best[at];
            }
            if (at <= 0 || seen[at] != start)
                continue;
            var circle = new List<int> { at };
            for (var next = best[at]; next != at; next = best[next])
                circle.Add(next);
            return [.. circle.Order()];
        }
        return [];
    }

    private static double[,] Shown(Worth[,] worth, int places)
    {
        var scores = new double[places, places];
        for (var head = 0; head < places; head++)
            for (var node = 0; node < places; node++)
                scores[head, node] = node == 0 || head == node || worth[head, node].Badness >= places
                    ? double.NegativeInfinity
                    : worth[head, node].Score;
        return scores;
    }
}
