namespace Lab.Core.Kernels;

/// <summary>Forward and backward along one chain in the log domain, for scores of any size: K² exponentials a place, in float64.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class LogPass<T>
    where T : unmanaged
{
    private readonly ChainTables tables;
    private readonly int count;
    private readonly double[] emissions;                                  // [n, K]
    private readonly double[] alphas;
    private readonly double[] betas;
    private readonly double[] terms;

    public LogPass(ChainProblem<T> problem, ChainTables tables, in ChainWalk walk)
    {
        (this.tables, count) = (tables, walk.Valid);
        var tags = tables.Tags;
        (emissions, alphas, betas, terms) = (new double[count * tags], new double[count * tags], new double[count * tags], new double[tags]);
        for (var n = 0; n < count; n++)
            for (var j = 0; j < tags; j++)
                emissions[n * tags + j] = ChainProblem<T>.Read(problem.EmissionsAt(walk.Chain, walk.Places[n]) + j);
        Forward();
    }

    public double LogPartition { get; private set; }

    /// <summary>The gradient of log Z: the probability of each tag at each place, and the expected number of each step.</summary>
    /// <param name="probabilities">Rows of <see cref="ChainTables.Width"/>, written.</param>
    /// <param name="steps">Rows of <see cref="ChainTables.Width"/>, one per tag, written.</param>
    public void Backward(double* probabilities, double* steps)
    {
        var (tags, width) = (tables.Tags, tables.Width);
        new Span<double>(steps, tags * width).Clear();
        if (double.IsNegativeInfinity(LogPartition))
        {
            new Span<double>(probabilities, count * width).Clear();       // no path, nothing to push
            return;
        }
        new ReadOnlySpan<double>(tables.LogEnd, tags).CopyTo(betas.AsSpan((count - 1) * tags));
        for (var n = count - 1; n >= 0; n--)
        {
            for (var i = 0; n < count - 1 && i < tags; i++)
            {
                for (var j = 0; j < tags; j++)
                    terms[j] = tables.LogTransitions[i * tags + j] + emissions[(n + 1) * tags + j] + betas[(n + 1) * tags + j];
                betas[n * tags + i] = LogSumExp(terms);
                for (var j = 0; j < tags; j++)
                    steps[i * width + j] += Math.Exp(alphas[n * tags + i] + terms[j] - LogPartition);
            }
            for (var j = 0; j < tags; j++)
                probabilities[n * width + j] = Math.Exp(alphas[n * tags + j] + betas[n * tags + j] - LogPartition);
        }
    }

    private void Forward()
    {
        var tags = tables.Tags;
        for (var n = 0; n < count; n++)
        {
            for (var j = 0; j < tags; j++)
            {
                for (var i = 0; n > 0 && i < tags; i++)
                    terms[i] = alphas[(n - 1) * tags + i] + tables.LogTransitions[i * tags + j];
                alphas[n * tags + j] = (n == 0 ? tables.LogStart[j] : LogSumExp(terms)) + emissions[n * tags + j];
            }
        }
        for (var j = 0; j < tags; j++)
            terms[j] = alphas[(count - 1) * tags + j] + tables.LogEnd[j];
        LogPartition = LogSumExp(terms);
    }

    private static double LogSumExp(double[] terms)
    {
        var greatest = double.NegativeInfinity;
        foreach (var term in terms)
            greatest = Math.Max(greatest, term);                          // NaN stays
        if (double.IsInfinity(greatest))
            return greatest;
        var sum = 0.0;
        foreach (var term in terms)
            sum += Math.Exp(term - greatest);
        return greatest + Math.Log(sum);
    }
}
