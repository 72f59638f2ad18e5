namespace Lab.Core.Sequences.Ctc;

/// <summary>The most probable prefixes of one example, frame after frame.</summary>
internal sealed class PrefixBeam(int width, int classes, int blank)
{
    private const int Root = 0;

    private readonly List<(int Parent, int Label, int Length)> prefixes = [(-1, -1, 0)];    // a tree: each knows the one before
    private readonly Dictionary<(int Prefix, int Label), int> children = [];
    private List<Entry> beam = [new(Root, 0, double.NegativeInfinity)];

    /// <summary>Lets every prefix stay as it is or grow by a label, and keeps the most probable.</summary>
    public void Advance(ReadOnlySpan<double> logProbs)
    {
        var next = new List<Entry>(beam.Count * classes);
        var places = new Dictionary<int, int>(beam.Count * classes);
        foreach (var entry in beam)
        {
            var last = prefixes[entry.Prefix].Label;
            Add(entry.Prefix, entry.Total + logProbs[blank], last < 0 ? double.NegativeInfinity : entry.EndsInLabel + logProbs[last]);
            for (var label = 0; label < classes; label++)
            {
                var score = (label == last ? entry.EndsInBlank : entry.Total) + logProbs[label];
                if (label != blank && !double.IsNegativeInfinity(score))
                    Add(Child(entry.Prefix, label), double.NegativeInfinity, score);
            }
        }
        beam = [.. next.Where(e => !double.IsNegativeInfinity(e.Total)).OrderByDescending(e => e.Total).Take(width)]; // stable

        void Add(int prefix, double endsInBlank, double endsInLabel)
        {
            if (places.TryGetValue(prefix, out var place))
            {
                var so = next[place];
                next[place] = new(prefix, LogAdd(so.EndsInBlank, endsInBlank), LogAdd(so.EndsInLabel, endsInLabel));
                return;
            }
            places.Add(prefix, next.Count);
            next.Add(new(prefix, endsInBlank, endsInLabel));
        }
    }

    /// <summary>The most probable prefixes and their log-probabilities; fewer where there are fewer.</summary>
    public IEnumerable<(long[] Labels, double Score)> Best(int count) => beam.Take(count).Select(e => (Labels(e.Prefix), e.Total));

    private int Child(int prefix, int label)
    {
        if (children.TryGetValue((prefix, label), out var child))
            return child;
        child = prefixes.Count;
        prefixes.Add((prefix, label, prefixes[prefix].Length + 1));
        children.Add((prefix, label), child);
        return child;
    }

    private long[] Labels(int prefix)
    {
        var labels = new long[prefixes[prefix].Length];
        for (var i = labels.Length - 1; i >= 0; i--)
            (labels[i], prefix) = (prefixes[prefix].Label, prefixes[prefix].Parent);
        return labels;
    }

    private static double LogAdd(double a, double b)
    {
        var (low, high) = a < b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }

    private readonly record struct Entry(int Prefix, double EndsInBlank, double EndsInLabel)
    {
        public double Total { get; } = LogAdd(EndsInBlank, EndsInLabel);
    }
}
