namespace Lab.Core.Kernels;

/// <summary>What the chains of one run add to the gradients of the scores that all chains share.</summary>
internal sealed unsafe class ChainSums(ChainTables tables)
{
    /// <summary>Of transitions, before they are multiplied by exp(transitions): <c>[K, Width]</c>.</summary>
    public double[] Steps { get; } = new double[tables.Tags * tables.Width];

    /// <summary>Of transitions, as they are: <c>[K, K]</c>.</summary>
    public double[] Transitions { get; } = new double[tables.Tags * tables.Tags];

    private double[] Start { get; } = new double[tables.Tags];

    private double[] End { get; } = new double[tables.Tags];

    /// <summary>Takes the right path's own counts away.</summary>
    public void TakeGold<T>(ChainProblem<T> problem, long chain, ReadOnlySpan<int> places, double factor, double* probabilities)
        where T : unmanaged
    {
        var before = -1L;
        for (var n = 0; n < places.Length; n++)
        {
            var tag = problem.Gold[chain * problem.Length + places[n]];
            probabilities[n * tables.Width + tag] -= factor;
            if (before >= 0)
                Transitions[before * tables.Tags + tag] -= factor;
            before = tag;
        }
    }

    /// <summary>A path begins at its first place and ends at its last: what these push, start and end are pushed.</summary>
    public void AddEnds(double* places, int count)
    {
        var last = places + (count - 1) * tables.Width;
        for (var j = 0; j < tables.Tags; j++)
        {
            Start[j] += places[j];
            End[j] += last[j];
        }
    }

    /// <summary>Writes the sums of all runs.</summary>
    public static void Write<T>(ReadOnlySpan<ChainSums> runs, ChainTables tables, T* transitions, T* start, T* end)
        where T : unmanaged
    {
        var tags = tables.Tags;
        for (var i = 0; i < tags; i++)
        {
            var (first, last) = (0.0, 0.0);
            foreach (var run in runs)
                (first, last) = (first + run.Start[i], last + run.End[i]);
            ChainProblem<T>.Write(start + i, first);
            ChainProblem<T>.Write(end + i, last);
            for (var j = 0; j < tags; j++)
            {
                var (sum, factor) = (0.0, tables.IsUsable ? tables.Onward[i * tables.Width + j] : 0);
                foreach (var run in runs)
                    sum += run.Transitions[i * tags + j] + (factor == 0 ? 0 : run.Steps[i * tables.Width + j] * factor); // 0 · ∞ where it is forbidden
                ChainProblem<T>.Write(transitions + i * tags + j, sum);
            }
        }
    }
}
