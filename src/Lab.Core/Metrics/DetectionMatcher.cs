using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>One picture's found and true objects as plain numbers, and who finds whom.</summary>
internal sealed record DetectionMatcher(double[] Scores, long[] Labels, long[] TrueLabels, double[] Overlaps, bool[] Crowd)
{
    public static DetectionMatcher Of(ImageDetections image)
    {
        using var scope = NewDisposeScope();
        return new(
            Plain(image.Scores), [.. image.Labels.cpu().contiguous().data<long>()], [.. image.TrueLabels.cpu().contiguous().data<long>()],
            Plain(image.Overlaps),
            image.Crowd is null ? new bool[image.TrueLabels.size(0)] : [.. image.Crowd.cpu().contiguous().data<bool>()]);

        static double[] Plain(Tensor values) => [.. values.detach().cpu().to(ScalarType.Float64).contiguous().data<double>()];
    }

    /// <summary>The true objects of a class that are to be found.</summary>
    public int Wanted(long k) => Enumerable.Range(0, TrueLabels.Length).Count(t => TrueLabels[t] == k && !Crowd[t]);

    /// <summary>The found objects of a class that count, surest first, and whether each is right.</summary>
    public IEnumerable<(double Score, bool Right)> Match(long k, double threshold, int most)
    {
        var taken = new bool[TrueLabels.Length];
        var least = Math.Min(threshold, 1 - 1e-10);
        foreach (var found in Enumerable.Range(0, Scores.Length).Where(d => Labels[d] == k).OrderByDescending(d => Scores[d]).Take(most).ToArray())
        {
            var truth = Best(found, k, least, crowd: false, taken);
            if (truth >= 0)
                taken[truth] = true;
            else if (Best(found, k, least, crowd: true, taken) >= 0)
                continue;
            yield return (Scores[found], truth >= 0);
        }
    }

    /// <summary>The true object that overlaps most, the last of equals; -1 for none.</summary>
    private int Best(int found, long k, double least, bool crowd, bool[] taken)
    {
        var (best, overlap) = (-1, least);
        for (var t = 0; t < TrueLabels.Length; t++)
        {
            if (TrueLabels[t] != k || Crowd[t] != crowd || taken[t] || Overlaps[found * TrueLabels.Length + t] < overlap)
                continue;
            (best, overlap) = (t, Overlaps[found * TrueLabels.Length + t]);
        }
        return best;
    }
}
