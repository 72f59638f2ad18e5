using System.Runtime.InteropServices;

namespace Lab.Core.Kernels;

/// <summary>One of very many structures that an example may have: a path, a matching, a tree.</summary>
/// <param name="Parts">What it is made of, one part for each of n places, by number.</param>
/// <param name="Score">Its score, finite.</param>
internal sealed record Structure(int[] Parts, double Score);

/// <summary>
/// SparseMAP of one example: the distribution p over structures that maximises <c>Σ p(y)·score(y) - ½‖μ‖²</c>, where <c>μ</c> is what
/// it makes of the parts, <c>μ[i] = Σ p(y)·(i in y)</c>. Few structures get a share. These are kept, with the exact optimum over
/// them; from outside comes the structure that is best once each part costs its μ, and enters if it is worth more than those have.
/// </summary>
/// <remarks>
/// <para>Optimality over the set A: <c>score(y) - Σ μ[parts of y] = τ</c> for all y in A, Σ p = 1, that is <c>G p + τ·1 = s</c> with
/// <c>G[y, z]</c> = the number of parts that y and z share. A structure outside with more than τ improves the objective; none has, at the optimum.</para>
/// <para>Sources: Niculae, Martins, Blondel and Cardie 2018, section 4 (the active set method); Nocedal and Wright 2006, chapter 16.</para>
/// </remarks>
internal sealed class ActiveSet
{
    private const double Nothing = 1e-12;                                 // a share so small is rounding

    private readonly List<int[]> structures;
    private readonly List<double> scores;                                 // less the first one's: small numbers keep their digits
    private readonly List<double> weights = [1];
    private readonly GrowingCholesky common = new();                      // G
    private readonly double origin;
    private double threshold;                                             // τ
    private double largest;                                               // |score|, which says how far scores are rounded

    /// <summary>A set of one.</summary>
    /// <param name="first">The structure.</param>
    /// <param name="parts">How many parts there are.</param>
    public ActiveSet(Structure first, int parts)
    {
        (structures, scores, origin) = ([first.Parts], [0], first.Score);
        Marginals = new double[parts];
        IsSettled = first.Parts.Length == 0 || !double.IsFinite(first.Score);
        if (IsSettled)                                                    // the one empty structure; or none that could be compared
            return;
        common.TryAppend([], first.Parts.Length);
        largest = Math.Abs(first.Score);
        Settle();
    }

    /// <summary>μ, one number a part.</summary>
    public double[] Marginals { get; }

    /// <summary>The structures that have a share.</summary>
    public IReadOnlyList<int[]> Structures => structures;

    /// <summary>Their shares p.</summary>
    public IReadOnlyList<double> Weights => weights;

    /// <summary>Whether no structure would improve the objective, to rounding.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>What the best structure was worth more than those of the set, when last asked for: a bound on what the objective lacks.</summary>
    public double Gap { get; private set; }

    /// <summary>How many structures have been looked at.</summary>
    public int Rounds { get; private set; } = 1;

    /// <summary>Looks at the structure that is best once each part costs its μ, and measures the gap by it.</summary>
    /// <returns>Whether it would improve the objective.</returns>
    public bool Consider(Structure? best)
    {
        Rounds++;
        if (best is null)                                                 // scores that are NaN: nothing can be compared
        {
            IsSettled = true;
            return false;
        }
        largest = Math.Max(largest, Math.Abs(best.Score));
        Gap = Math.Max(0, best.Score - origin - Cost(best.Parts) - threshold);
        IsSettled = !(Gap > 1e-14 * Math.Max(1, largest) * best.Parts.Length)              // also where it is NaN
            || structures.Exists(known => known.AsSpan().SequenceEqual(best.Parts));
        return !IsSettled;
    }

    /// <summary>Takes a structure in that <see cref="Consider"/> found worth it, and goes to the optimum over all there are then.</summary>
    public void Enter(Structure best)
    {
        var shared = structures.Select(other => (double)Shared(other, best.Parts)).ToArray();
        var share = 0.0;
        if (!common.TryAppend(shared, best.Parts.Length))
        {
            // μ can be had with it in place of others, c of each, and no change in ‖μ‖²; its score is better, so all that can move does.
            var c = common.Solve(shared);
            var leaving = Enumerable.Range(0, c.Length).Where(i => c[i] > 1e-9).MinBy(i => weights[i] / c[i]);
            share = weights[leaving] / c[leaving];
            for (var i = 0; i < c.Length; i++)
                weights[i] = Math.Max(0, weights[i] - share * c[i]);
            Remove(leaving);
            common.TryAppend([.. shared.Where((_, i) => i != leaving)], best.Parts.Length);
        }
        structures.Add(best.Parts);
        scores.Add(best.Score - origin);
        weights.Add(share);
        Settle();
    }

    /// <summary>Goes to the optimum over the set; whoever would get less than nothing on the way leaves it.</summary>
    private void Settle()
    {
        var newest = structures[^1];
        while (true)
        {
            var target = Optimum();
            var blocking = Enumerable.Range(0, target.Length).Where(i => target[i] <= Nothing).ToArray();
            if (blocking.Length == 0)
            {
                for (var i = 0; i < target.Length; i++)
                    weights[i] = target[i];
                break;
            }
            var leaving = blocking.MinBy(Reach);
            IsSettled = weights[leaving] <= Nothing && ReferenceEquals(structures[leaving], newest);    // it was worth a rounding, no more
            var step = Math.Min(1, Reach(leaving));
            for (var i = 0; i < target.Length; i++)
                weights[i] += step * (target[i] - weights[i]);
            Remove(leaving);

            double Reach(int i) => weights[i] <= target[i] ? 1 : weights[i] / (weights[i] - target[i]);
        }
        Array.Clear(Marginals);
        for (var i = 0; i < structures.Count; i++)
            foreach (var part in structures[i])
                Marginals[part] += weights[i];
    }

    /// <summary>p and τ of <c>G p + τ·1 = s, Σ p = 1</c>.</summary>
    private double[] Optimum()
    {
        var even = new double[structures.Count];
        Array.Fill(even, 1);
        var (a, b) = (common.Solve(CollectionsMarshal.AsSpan(scores)), common.Solve(even));
        threshold = (a.Sum() - 1) / b.Sum();
        for (var i = 0; i < a.Length; i++)
            a[i] -= threshold * b[i];
        return a;
    }

    private void Remove(int index)
    {
        structures.RemoveAt(index);
        scores.RemoveAt(index);
        weights.RemoveAt(index);
        common.RemoveAt(index);
    }

    private double Cost(int[] parts)
    {
        var sum = 0.0;
        foreach (var part in parts)
            sum += Marginals[part];
        return sum;
    }

    private static int Shared(int[] first, int[] second)
    {
        var count = 0;
        for (var n = 0; n < first.Length; n++)
            count += first[n] == second[n] ? 1 : 0;
        return count;
    }
}
