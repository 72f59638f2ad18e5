using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What can be said of a sparse distribution over paths without knowing the right one.</summary>
internal static class SparseLaws
{
    private static readonly Tolerance close = new(1e-9, 1e-9);

    /// <summary>The op on tensors, with rounds enough.</summary>
    public static SparseMarginals On(
        this Func<Tensor, Tensor, Tensor?, Tensor?, Tensor?, int, SparseMarginals> op, ChainTensors x) =>
        op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, 1000);

    /// <summary>The marginals that paths and shares make.</summary>
    public static Tensor Rebuilt(SparseMarginals sparse, long tags)
    {
        var hits = nn.functional.one_hot(sparse.Paths.clamp(min: 0), tags) * sparse.Paths.ge(0).unsqueeze(3);              // [B, N, T, K]
        return (hits * sparse.Weights.unsqueeze(2).unsqueeze(3)).sum(1);
    }

    public static Verdict IsDistribution(ChainTensors x, SparseMarginals sparse)
    {
        var (batch, tags) = (x.Emissions.size(0), x.Emissions.size(2));
        var valid = x.Mask ?? ones([batch, x.Emissions.size(1)], ScalarType.Bool);
        var possible = Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Scores.isneginf().logical_not();    // [B]
        var verdict = Verdict.Require(sparse.Weights.ge(0).all().ToBoolean(), "A share is negative.")
            .Then(() => Comparison.Same("sum of the shares", sparse.Weights.sum(1), possible.to(ScalarType.Float64), close))
            .Then(() => Comparison.Same("marginals", sparse.Tags, Rebuilt(sparse, tags), close));
        for (var b = 0; b < batch; b++)
        {
            var chain = b;
            var places = valid[b].sum().ToInt64();
            var there = Enumerable.Range(0, (int)sparse.Weights.size(1)).Where(n => sparse.Weights[chain, n].ToDouble() > 0).ToArray();
            var paths = there.Select(n => string.Join(' ', sparse.Paths[chain, n].data<long>().ToArray())).ToArray();
            var marked = there.All(n => sparse.Paths[chain, n].ge(0).eq(valid[chain]).all().ToBoolean());
            verdict = verdict
                .Then(() => Verdict.Require(paths.Distinct().Count() == paths.Length, "A path has two shares."))
                .Then(() => Verdict.Require(paths.Length <= places * (tags - 1) + 1, $"{paths.Length} paths have a share, where {places * (tags - 1) + 1} are enough."))
                .Then(() => Verdict.Require(marked, "A path has tags where there is no valid place, or none where there is one."));
        }
        return verdict;
    }

    public static Verdict IsOptimal(ChainTensors x, SparseMarginals sparse)
    {
        var reduced = x.Emissions - sparse.Tags;
        var best = Crf.Viterbi(reduced, x.Transitions, x.Start, x.End, x.Mask).Scores;                                     // [B]
        var possible = best.isneginf().logical_not();
        var worth = Scores(x with { Emissions = reduced }, sparse);                                                        // [B, N]
        var there = sparse.Weights > 0;
        var rounding = 1e-12 * Math.Max(1, x.Emissions.abs().max().ToDouble()) * x.Emissions.size(1);
        var apart = where(there, (worth - best.masked_fill(possible.logical_not(), 0).unsqueeze(1)).abs(), zeros_like(worth));
        return Verdict.Require(apart.le(1e-10 + rounding).all().ToBoolean(), $"A path is worth more than one that has a share, by {apart.max().ToDouble()}.")
            .Then(() => Verdict.Require(sparse.Gaps.le(1e-10 + rounding).logical_and(sparse.Gaps.ge(0)).all().ToBoolean(), "The gap is not 0."));
    }

    /// <summary>Σ p(y)·score(y) - ½‖μ‖², by definition.</summary>
    public static Tensor Objective(ChainTensors x, SparseMarginals sparse) =>
        (sparse.Weights * Scores(x, sparse).masked_fill(sparse.Weights <= 0, 0)).sum(1) - 0.5 * sparse.Tags.square().sum([1, 2]);

    /// <summary>What the best path is worth more than those that share, each tag at the cost of its marginal.</summary>
    public static Tensor Gap(ChainTensors x, SparseMarginals sparse)
    {
        var reduced = x with { Emissions = x.Emissions - sparse.Tags };
        var worth = (sparse.Weights * Scores(reduced, sparse).masked_fill(sparse.Weights <= 0, 0)).sum(1);
        var gap = Crf.Viterbi(reduced.Emissions, x.Transitions, x.Start, x.End, x.Mask).Scores - worth;
        return gap.masked_fill(gap.isneginf(), 0).clamp(min: 0);
    }

    private static Tensor Scores(ChainTensors x, SparseMarginals sparse) => stack(
        [.. sparse.Paths.unbind(1).Select(path => Crf.PathScore(x.Emissions, path.clamp(min: 0), x.Transitions, x.Start, x.End, x.Mask))], 1);
}
