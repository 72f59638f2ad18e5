using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>A distribution over paths that gives a share to few of them, and what it makes of the tags.</summary>
/// <param name="Tags">p(yₜ = k), <c>[B, T, K]</c>, many of them exactly 0 or 1; 0 at places that are not valid.</param>
/// <param name="Paths">The paths that have a share, <c>[B, N, T]</c>, int64; <see cref="Crf.PaddingTag"/> at places that are not
/// valid, and all along a path that is not there. The order is not fixed.</param>
/// <param name="Weights">Their shares, <c>[B, N]</c>; 0 where a chain has fewer paths.</param>
/// <param name="Rounds">How many best paths were looked at, <c>[B]</c>, int64.</param>
/// <param name="Gaps">A bound on what the objective lacks, <c>[B]</c>: 0, to rounding, where the rounds sufficed.</param>
public sealed record SparseMarginals(Tensor Tags, Tensor Paths, Tensor Weights, Tensor Rounds, Tensor Gaps);

public static partial class Crf
{
    private const int ManyRounds = 1000;

    /// <summary>SparseMAP: between the one best path (Viterbi) and a share for every path (marginals), a share for a few.</summary>
    /// <remarks>
    /// <para>Problem: <c>max Σ p(y)·score(y) - ½‖μ‖²</c> over all distributions p on paths, where <c>μ[t, k] = Σ p(y)·(yₜ = k)</c>. Without the
    /// second term it is <see cref="Viterbi"/>; with the entropy of p in its place it is <see cref="TagMarginals"/>. With one place it is
    /// <see cref="Activations.Activation.Sparsemax"/>, and without transitions that of each place. Scores that are multiplied by more
    /// give fewer paths. μ is unique; transitions have a say in it through the scores of whole paths, but are not penalised.</para>
    /// <para>Method: an active set of paths with the exact optimum over them. Each round <see cref="Viterbi"/>, with <c>emissions - μ</c>, finds the
    /// path that would improve the objective most; it enters, and those leave whose share would fall below 0. It ends after finitely
    /// many rounds with at most <c>n·(K - 1) + 1</c> paths, n the valid places; a few where scores are decided, most where they are all alike.</para>
    /// <para>Gradient: through the linear system that the shares solve on the set: with <c>G[y, z]</c> the number of places where paths agree,
    /// <c>∂p/∂score = G⁻¹ - G⁻¹1·1ᵀG⁻¹ / 1ᵀG⁻¹1</c>. What is on no path of the set gets none. As a function of the scores μ is piecewise linear.
    /// Where scores tie exactly, as when all are 0, not all paths that could share are in the set, and the directions to the others are missing
    /// in the gradient; not in that of <see cref="SparseMapLoss"/>.</para>
    /// <para>Numerics: in double precision, on the CPU, one small system a chain and round; scores on another device are fetched, the
    /// answers and the gradient live where the scores do. What is forbidden has probability 0 and gradient 0; where every path is, all
    /// are 0. A score of NaN or +∞ makes the chain's answers NaN.</para>
    /// <para>Oracle: an interior-point method over all K^T paths. Source: Niculae, Martins, Blondel and Cardie 2018.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="rounds">The most best paths to look at, at least 1. Fewer give a distribution that is not yet the best one; its
    /// gap says by how much.</param>
    /// <returns>Marginals, paths and shares.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or rounds below 1.</exception>
    public static SparseMarginals SparseMap(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null, int rounds = ManyRounds)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        Require.Positive(rounds);

        using var scope = NewDisposeScope();
        var chain = InDouble(emissions, transitions, start, end, mask);
        var broken = Broken(chain);                                       // [B]
        var found = Sparse(chain, rounds);
        var absent = chain.Valid.logical_not().unsqueeze(2).logical_or(found.Weights.eq(0).unsqueeze(1));              // [B, T, N]
        var tags = chain.Back(found.Tags.masked_fill(broken.reshape(-1, 1, 1).logical_and(chain.Valid.unsqueeze(2)), double.NaN));
        var paths = chain.Back(found.Paths.transpose(1, 2).masked_fill(absent, PaddingTag)).transpose(1, 2).contiguous();
        return new(
            tags.to(emissions.dtype).MoveToOuterDisposeScope(), paths.MoveToOuterDisposeScope(),
            found.Weights.masked_fill(broken.unsqueeze(1), double.NaN).to(emissions.dtype).MoveToOuterDisposeScope(),
            found.Rounds.MoveToOuterDisposeScope(),
            found.Gaps.masked_fill(broken, double.NaN).to(emissions.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>With valid places at the front: tags <c>[B, T, K]</c>, paths <c>[B, N, T]</c>, their shares and scores <c>[B, N]</c>.</summary>
    private sealed record SparseChain(Tensor Tags, Tensor Paths, Tensor Weights, Tensor Scores, Tensor Rounds, Tensor Gaps);

    /// <summary>The distribution, differentiable in the chain's scores.</summary>
    private static SparseChain Sparse(Chain chain, int rounds)
    {
        var (batch, places, tags) = ((int)chain.Batch, chain.Length, (int)chain.Tags);
        var active = ActiveSets.Solve(batch, places * tags, places, rounds, new ChainStructures(chain).Best);
        var device = chain.Emissions.device;
        var (paths, weights) = (active.Parts.remainder(tags).to(device), active.Weights.to(device));
        var absent = weights.eq(0).logical_or(chain.Any.logical_not().unsqueeze(1));               // [B, N]; the empty path has no score to learn from
        var scores = ScoresOf(chain, paths).masked_fill(absent, 0);
        if (scores.requires_grad)
            weights = ActiveSets.Following(weights, scores, paths, absent);
        return new(ActiveSets.Marginals(weights, paths, chain.Valid, tags), paths, weights, scores, active.Rounds.to(device), active.Gaps.to(device));
    }

    /// <summary>Scores of several paths a chain, <c>[B, N]</c>, valid places at the front.</summary>
    private static Tensor ScoresOf(Chain chain, Tensor paths)
    {
        var padding = chain.Valid.logical_not().unsqueeze(1);             // [B, 1, T]
        var emitted = chain.Emissions.gather(2, paths.transpose(1, 2)).transpose(1, 2).masked_fill(padding, 0).sum(2);
        var last = paths.gather(2, (chain.Lengths - 1).clamp(min: 0).reshape(-1, 1, 1).expand(chain.Batch, paths.size(1), 1)).squeeze(2);
        var score = emitted + Pick(chain.Start, paths.select(2, 0)) + Pick(chain.End, last);
        if (chain.Length == 1)
            return score;
        var rest = chain.Length - 1;
        var steps = paths.narrow(2, 0, rest) * chain.Tags + paths.narrow(2, 1, rest);
        return score + Pick(chain.Transitions, steps).masked_fill(padding.narrow(2, 1, rest), 0).sum(2);

        static Tensor Pick(Tensor table, Tensor index) => table.reshape(-1).index_select(0, index.reshape(-1)).reshape(index.shape);
    }

    private static Chain InDouble(Tensor emissions, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask) => Chain.Of(
        emissions.to(ScalarType.Float64), transitions.to(ScalarType.Float64), start?.to(ScalarType.Float64), end?.to(ScalarType.Float64), mask);

    /// <summary>Chains with a place, and a score that is NaN or +∞: <c>[B]</c>.</summary>
    private static Tensor Broken(Chain chain)
    {
        using var scope = NewDisposeScope();
        var tables = Bad(chain.Transitions).any().logical_or(Bad(chain.Start).any()).logical_or(Bad(chain.End).any());
        return Bad(chain.Emissions).any(2).any(1).logical_or(tables).logical_and(chain.Any).MoveToOuterDisposeScope();

        static Tensor Bad(Tensor scores) => scores.isnan().logical_or(scores.isposinf());
    }
}
