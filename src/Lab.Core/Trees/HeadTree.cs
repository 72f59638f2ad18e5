namespace Lab.Core.Trees;

/// <summary>What is true of a sentence's heads: positions from 1, and 0 for the root.</summary>
public static class HeadTree
{
    /// <summary>Whether every word hangs, in the end, on the root: no word is its own ancestor.</summary>
    /// <param name="heads">For each word the position of its head, in [0, n].</param>
    /// <exception cref="ArgumentException">A head outside.</exception>
    public static bool IsTree(IReadOnlyList<int> heads)
    {
        Check(heads);
        var good = new bool[heads.Count + 1];                             // seen to lead to the root
        good[0] = true;
        for (var word = 1; word <= heads.Count; word++)
        {
            var (at, steps) = (word, 0);
            while (!good[at] && steps++ <= heads.Count)
                at = heads[at - 1];
            if (!good[at])
                return false;
            for (at = word; !good[at]; at = heads[at - 1])
                good[at] = true;
        }
        return true;
    }

    /// <summary>Whether no two arcs cross when they are drawn above the sentence, those from the root, at its left, included.</summary>
    /// <param name="heads">For each word the position of its head, in [0, n].</param>
    /// <exception cref="ArgumentException">A head outside.</exception>
    public static bool IsProjective(IReadOnlyList<int> heads)
    {
        Check(heads);
        for (var word = 1; word <= heads.Count; word++)
        {
            var (left, right) = (Math.Min(word, heads[word - 1]), Math.Max(word, heads[word - 1]));
            for (var other = 1; other <= heads.Count; other++)
            {
                var (first, last) = (Math.Min(other, heads[other - 1]), Math.Max(other, heads[other - 1]));
                if (left < first && first < right && right < last)
                    return false;
            }
        }
        return true;
    }

    private static void Check(IReadOnlyList<int> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        foreach (var head in heads)
            if (head < 0 || head > heads.Count)
                throw new ArgumentException($"heads must lie in [0, {heads.Count}], got {head}.", nameof(heads));
    }
}
