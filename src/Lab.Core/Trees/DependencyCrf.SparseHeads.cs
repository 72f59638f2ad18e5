using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>A distribution over dependency trees that gives a share to few of them, and what it makes of the arcs.</summary>
/// <param name="Arcs">The share of each arc by head and word, <c>[B, T + 1, T + 1]</c>, most of them exactly 0.</param>
/// <param name="Heads">The trees that have a share, <c>[B, N, T]</c>, int64; <see cref="DependencyCrf.NoHead"/> where no word is, and all along a
/// tree that is not there. The order is not fixed.</param>
/// <param name="Weights">Their shares, <c>[B, N]</c>; 0 where a row has fewer trees.</param>
/// <param name="Rounds">How many best trees were looked at, <c>[B]</c>, int64.</param>
/// <param name="Gaps">A bound on what the objective lacks, <c>[B]</c>: 0, to rounding, where the rounds sufficed.</param>
public sealed record SparseTrees(Tensor Arcs, Tensor Heads, Tensor Weights, Tensor Rounds, Tensor Gaps);

public static partial class DependencyCrf
{
    /// <summary>SparseMAP over dependency trees: between the one best tree and a share for every tree, a share for a few.</summary>
    /// <remarks>
    /// <para>Problem: <c>max Σ p(y)·score(y) - ½‖μ‖²</c> over all distributions p on trees, μ what it makes of the arcs: the mixture of trees
    /// that is nearest to the scores. Without the second term it is <see cref="BestHeads"/>, with the entropy of p in its
    /// place <see cref="ArcMarginals"/>.</para>
    /// <para>Method: an active set with <see cref="BestHeads"/> as the only question, see <see cref="Sequences.Crf.SparseMap"/>. No sum
    /// over trees is needed.</para>
    /// <para>Gradient: through the linear system that the shares solve, a projection. Where scores tie exactly, as when all are
    /// alike, not all trees that could share are in the set, and the directions to the others are missing.</para>
    /// <para>Numerics: in double precision, on the CPU; answers and gradient live where the scores do. What is forbidden has share 0 and gradient 0; where
    /// every tree is, all are 0. A score of NaN or +∞ makes the row's answers NaN.</para>
    /// <para>Oracle: an interior-point method over all trees. Source: Niculae, Martins, Blondel and Cardie 2018, section 4.</para>
    /// </remarks>
    /// <param name="arcs">Scores of arcs by head and word, <c>[B, T + 1, T + 1]</c>, T at least 1, floating point.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <param name="singleRoot">Whether exactly one word hangs on the root.</param>
    /// <param name="projective">Whether arcs must not cross.</param>
    /// <param name="rounds">The most best trees to look at, at least 1. Fewer give a mixture that is not yet the nearest; its gap says by how
    /// much.</param>
    /// <returns>Shares of arcs, trees and their shares.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, rounds below 1, or (on the CPU) a length
    /// outside.</exception>
    public static SparseTrees SparseHeads(
        Tensor arcs, Tensor? lengths = null, bool singleRoot = true, bool projective = false, int rounds = 1000)
    {
        ArcShapes.Check(arcs, lengths);
        Require.Positive(rounds);

        using var scope = NewDisposeScope();
        var lattice = ArcLattice.Of(arcs.to(ScalarType.Float64), lengths);
        var (batch, places, words) = ((int)lattice.Batch, lattice.Places, lattice.Places - 1);
        var active = ActiveSets.Solve(batch, places * words, words, rounds, TreesOf(lattice, singleRoot, projective));
        var heads = active.Parts.remainder(places).to(arcs.device);       // [B, N, T]
        var weights = active.Weights.to(arcs.device);
        var absent = weights.eq(0).logical_or(lattice.Lengths.eq(0).unsqueeze(1));
        var none = lattice.Words.logical_not();
        var scores = lattice.IntoWords.gather(1, heads).masked_fill(none.unsqueeze(1), 0).sum(2).masked_fill(absent, 0);           // [B, N]
        if (scores.requires_grad)
            weights = ActiveSets.Following(weights, scores, heads, absent);
        var into = ActiveSets.Marginals(weights, heads, lattice.Words, places).transpose(1, 2);    // [B, T + 1, T]
        var broken = lattice.IntoWords.isnan().logical_or(lattice.IntoWords.isposinf()).any(2).any(1);
        var possible = lattice.IntoWords.isneginf().logical_not();
        var column = zeros([batch, places, 1], into.dtype, into.device);
        var shares = cat([column, into.masked_fill(broken.reshape(-1, 1, 1).logical_and(possible), double.NaN)], 2);
        var trees = heads.masked_fill(none.unsqueeze(1).logical_or(active.Weights.to(arcs.device).eq(0).unsqueeze(2)), NoHead);
        return new(
            shares.to(arcs.dtype).MoveToOuterDisposeScope(), trees.MoveToOuterDisposeScope(),
            weights.masked_fill(broken.unsqueeze(1), double.NaN).to(arcs.dtype).MoveToOuterDisposeScope(),
            active.Rounds.to(arcs.device).MoveToOuterDisposeScope(),
            active.Gaps.to(arcs.device).masked_fill(broken, double.NaN).to(arcs.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The best trees, once each arc costs something: the arc from a head to the t-th word is part <c>t·(T + 1) + head</c>.</summary>
    private static BestStructures TreesOf(ArcLattice lattice, bool singleRoot, bool projective)
    {
        var (places, words) = (lattice.Places, lattice.Places - 1);
        var into = lattice.IntoWords.detach().cpu();
        var (on, counts) = (lattice.Words.cpu(), lattice.Lengths.cpu());
        var lengths = lattice.Batch == 0 ? [] : counts.data<long>().ToArray();
        var size = places * words;
        var numbers = lattice.Batch == 0 ? [] : into.transpose(1, 2).contiguous().data<double>().ToArray();   // by word and head
        return (rows, costs) =>
        {
            var reduced = new double[rows.Count * size];
            for (var i = 0; i < rows.Count; i++)
                for (var part = 0; part < size; part++)
                    reduced[i * size + part] = numbers[rows[i] * size + part] - costs[i][part];
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var which = tensor([.. rows.Select(b => (long)b)], ScalarType.Int64);
            var asked = new ArcLattice(
                tensor(reduced).reshape(rows.Count, words, places).transpose(1, 2), on.index_select(0, which), counts.index_select(0, which));
            var found = Best(asked, singleRoot, projective).Heads.contiguous().data<long>().ToArray();
            return [.. rows.Select((b, i) =>
            {
                var length = (int)lengths[b];
                if (length > 0 && found[i * words] < 0)
                    return null;
                var parts = Enumerable.Range(0, length).Select(t => t * places + (int)found[i * words + t]).ToArray();
                return new Structure(parts, parts.Sum(part => numbers[b * size + part]));
            })];
        };
    }
}
