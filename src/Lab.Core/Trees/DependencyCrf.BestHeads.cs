using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Dependency trees that were found.</summary>
/// <param name="Heads">For each word the position of its head, <c>[B, T]</c>, int64; <see cref="DependencyCrf.NoHead"/> where no word is, or
/// where there is no tree.</param>
/// <param name="Scores"><c>[B]</c>; -∞ where there is no tree.</param>
public sealed record FoundHeads(Tensor Heads, Tensor Scores);

public static partial class DependencyCrf
{
    /// <summary>The dependency tree of the highest score.</summary>
    /// <remarks>
    /// <para>Formula: where arcs may cross, the maximum spanning arborescence of Chu, Liu and Edmonds: each word takes its best head; where these
    /// run in a circle, the circle becomes one word, and so on. Projective: Eisner's chart with maxima, whose gradient is the
    /// tree.</para>
    /// <para>A single root is exact: trees are compared by the number of words on the root first and by score second, which is an order that the
    /// algorithm allows, so no penalty has to be chosen. What is forbidden comes before both.</para>
    /// <para>Of trees that score the same one is given, always the same. No gradient. Where arcs may cross it runs on the CPU, in doubles,
    /// wherever the scores are.</para>
    /// <para>Oracle: all trees, one by one. Source: Chu and Liu 1965; Edmonds 1967; McDonald et al. 2005; Zmigrod, Vieira and Cotterell 2020
    /// (on getting the root right).</para>
    /// </remarks>
    /// <inheritdoc cref="HeadsLogPartition" path="/param|/exception"/>
    /// <returns>Heads and scores.</returns>
    public static FoundHeads BestHeads(Tensor arcs, Tensor? lengths = null, bool singleRoot = true, bool projective = false)
    {
        ArcShapes.Check(arcs, lengths);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (heads, scores) = Best(ArcLattice.Of(arcs, lengths), singleRoot, projective);
        return new(heads.MoveToOuterDisposeScope(), scores.to(arcs.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The steps of Chu, Liu and Edmonds for one sentence, to look at.</summary>
    /// <param name="arcs">Scores of arcs by head and word, <c>[T + 1, T + 1]</c>, floating point.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <returns>One step for each contraction, and a last one without a circle.</returns>
    /// <exception cref="ArgumentException">Another shape, or not floating point.</exception>
    public static IReadOnlyList<ContractionStep> Contractions(Tensor arcs, bool singleRoot = true)
    {
        Runtime.Require.FloatingPoint(arcs);
        if (arcs.shape is not [> 1 and var places, var again] || again != places)
            throw Runtime.Require.BadShape(arcs, "[T + 1, T + 1] with T >= 1");

        using var scope = NewDisposeScope();
        var lattice = ArcLattice.Of(arcs.detach().unsqueeze(0), null);
        var steps = new List<ContractionStep>();
        Arborescence.Heads(Row(lattice, 0), (int)places, singleRoot, steps);
        return steps;
    }

    private static FoundHeads Best(ArcLattice lattice, bool singleRoot, bool projective)
    {
        var heads = projective ? ByChart(lattice, singleRoot) : ByContraction(lattice, singleRoot);
        var scores = ScoreOf(lattice, heads.clamp(min: 0)).detach();
        var lost = heads.lt(0).logical_and(lattice.Words).any(1).logical_or(scores.isneginf());
        return new(
            heads.masked_fill(lattice.Words.logical_not().logical_or(lost.unsqueeze(1)), NoHead),
            scores.masked_fill(lost, double.NegativeInfinity));
    }

    private static Tensor ByChart(ArcLattice lattice, bool singleRoot)
    {
        using var grad = enable_grad();
        var leaf = lattice.IntoWords.detach().requires_grad_();
        var total = EisnerChart.Total(lattice with { IntoWords = leaf }, singleRoot, Summations.Max);
        var taken = autograd.grad([total.sum()], [leaf])[0];
        var (most, head) = taken.max(1);
        return head.masked_fill((most < 0.5).logical_or(total.isneginf().unsqueeze(1)), NoHead).detach();
    }

    private static Tensor ByContraction(ArcLattice lattice, bool singleRoot)
    {
        var counts = lattice.Lengths.cpu().data<long>().ToArray();
        var words = lattice.Places - 1;
        var heads = new long[lattice.Batch * words];
        Array.Fill(heads, NoHead);
        for (var b = 0; b < lattice.Batch; b++)
        {
            var found = counts[b] == 0 ? null : Arborescence.Heads(Row(lattice, b), (int)counts[b] + 1, singleRoot);
            for (var t = 0; t < found?.Length; t++)
                heads[(b * words) + t] = found[t];
        }
        return tensor(heads, [lattice.Batch, words], ScalarType.Int64).to(lattice.IntoWords.device);
    }

    /// <summary>One row's scores by head and word, with a column for the root.</summary>
    private static double[,] Row(ArcLattice lattice, int row)
    {
        using var scope = NewDisposeScope();
        var flat = lattice.IntoWords[row].detach().to(ScalarType.Float64).cpu().contiguous().data<double>();
        var (places, next) = (lattice.Places, 0);
        var scores = new double[places, places];
        for (var head = 0; head < places; head++)
            for (var word = 1; word < places; word++)
                scores[head, word] = flat[next++];
        return scores;
    }
}
