using FsCheck;
using Lab.Core.Activations;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, int, Lab.Core.Sequences.SparseMarginals>;

namespace Lab.Specs.Sequences;

/// <summary>Sparse marginals against an interior-point method over all paths; and, where there are too many, against what marks an optimum.</summary>
public sealed class SparseMapSpec : ChainSpec<Op>
{
    private const int Rounds = 1000;

    /// <inheritdoc/>
    public override Op Op => Crf.SparseMap;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask, _) =>
    {
        var (length, count) = (emissions.size(1), emissions.size(2));
        var (rows, clear) = (new List<Tensor>(), true);
        foreach (var all in AllPaths.Of(new(emissions, null, transitions, start, end, mask)))
        {
            var row = zeros([length, count], emissions.dtype);
            if (SparseOracle.Of(all, count) is { } sparse && all.Places.Count > 0)
            {
                row = row.index_add(0, tensor([.. all.Places.Select(t => (long)t)], ScalarType.Int64), sparse.Marginals, 1);
                clear &= sparse.Unique && sparse.Clarity > 1e-6;
            }
            rows.Add(row);
        }
        var tags = stack([.. rows]);
        var none = zeros([0]);
        return new(clear ? tags : tags.detach(), none, none, none, none); // where pieces meet, any of their gradients is right
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => SparseOracle.Cases;

    /// <inheritdoc/>
    public override bool SmoothAt(ChainCase @case) => SparseOracle.SmoothAt(@case);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        var (tags, paths, weights, rounds, gaps) = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, Rounds);
        foreach (var other in new[] { paths, weights, rounds, gaps })
            other.Dispose();                                              // not unique, or not of the problem: own laws look at them
        return [tags];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, Rounds);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("no rounds", "rounds", () => [ones(2, 3, 4), ones(4, 4)], (op, x) => op(x[0], x[1], null, null, null, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("it is a distribution over few paths", "Shares are positive and sum to 1, the paths are different and at most n·(K - 1) + 1, and their tags, weighted, are the marginals.",
            (op, c) => SparseLaws.IsDistribution(Wide(c), op.On(Wide(c)))) with { Cases = 40 },
        Own("no path would improve it", "All paths that have a share are worth the same once each tag costs its marginal, and no other path is worth more: what marks the optimum.",
            (op, c) => SparseLaws.IsOptimal(Wide(c), op.On(Wide(c)))) with { Cases = 40 },
        Own("the gap bounds what a search cut short lacks", "After few rounds it is a distribution all the same; its objective rises with the rounds, and lacks no more than the gap, which is what the best path is worth more than those that share.", (op, c) =>
        {
            var x = Wide(c);
            var most = SparseLaws.Objective(x, op.On(x));
            var (verdict, before) = (Verdict.Holds, full_like(most, double.NegativeInfinity));
            for (var rounds = 2; rounds < 20 && !verdict.IsFailure; rounds++)
            {
                var cut = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, rounds);
                var objective = SparseLaws.Objective(x, cut);
                verdict = verdict.Then(() => SparseLaws.IsDistribution(x, cut))
                    .Then(() => Verdict.Require(cut.Rounds.le(rounds).all().ToBoolean(), $"Asked for {rounds} rounds, it took {cut.Rounds.max().ToInt64()}."))
                    .Then(() => Verdict.Require(objective.ge(before - 1e-9).all().ToBoolean(), $"{rounds} rounds give a lower objective than fewer."))
                    .Then(() => Verdict.Require(most.le(objective + cut.Gaps + 1e-9).all().ToBoolean(), $"After {rounds} rounds the objective lacks more than the gap."))
                    .Then(() => Comparison.Same("gap", cut.Gaps, SparseLaws.Gap(x, cut), Tolerance));
                before = objective;
            }
            return verdict;
        }) with { Cases = 15 },
        Own("without transitions it is sparsemax", "Each place by itself is then projected onto the simplex; with one place that is so whatever start and end are.", (op, c) =>
        {
            var x = Wide(c);
            var valid = (x.Mask ?? ones([x.Emissions.size(0), x.Emissions.size(1)], ScalarType.Bool)).unsqueeze(2);
            var single = x.Emissions.narrow(1, 0, 1);
            var ends = (x.Start ?? zeros(x.Emissions.size(2), ScalarType.Float64)) + (x.End ?? zeros(x.Emissions.size(2), ScalarType.Float64));
            return Comparison.Same("tags without transitions", op(x.Emissions, zeros_like(x.Transitions), null, null, x.Mask, Rounds).Tags,
                    Activation.Sparsemax(x.Emissions) * valid, Tolerance)
                .Then(() => Comparison.Same("tags of one place", op(single, x.Transitions, x.Start, x.End, null, Rounds).Tags,
                    Activation.Sparsemax(single + ends), Tolerance));
        }) with { Cases = 20 },
        Own("sharper scores lead to the best path", "Multiplied by ever more, they leave one path a share of 1: Viterbi's.", (op, c) =>
        {
            if (c.Scale == 0 || c.Decimals is not null)
                return Verdict.DoesNotApply;                              // ties stay ties
            var x = Wide(c with { Scale = 1 });
            var sharp = x with { Emissions = x.Emissions * 1e7, Transitions = x.Transitions * 1e7, Start = x.Start! * 1e7, End = x.End! * 1e7 };
            var best = Crf.Viterbi(sharp.Emissions, sharp.Transitions, sharp.Start, sharp.End, sharp.Mask).Tags;
            var expected = nn.functional.one_hot(best.clamp(min: 0), x.Emissions.size(2)) * best.ge(0).unsqueeze(2);
            return Comparison.Same("tags", op.On(sharp).Tags, expected.to(ScalarType.Float64), Tolerance);
        }) with { Cases = 20 },
        Own("it says no where marginals say hardly", "Among tags of usual scores many have a share of exactly 0, where all marginals of the CRF are positive.", (op, c) =>
        {
            var x = Wide(c with { Scale = 3, Seed = c.Seed + 1, Decimals = null });
            var (sparse, dense) = (op.On(x).Tags, Crf.TagMarginals(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags);
            var (kept, possible) = (sparse.gt(0).sum().ToInt64(), dense.gt(0).sum().ToInt64());
            return Verdict.Require(kept * 3 <= possible * 2, $"{kept} of {possible} tags have a share.");
        }) with { Cases = 10 },
        Own("a step of the scores is no shorter than that of the marginals", "‖Δμ‖² ≤ Δμ·Δemissions: as a projection does, it moves with the scores and never farther.", (op, c) =>
        {
            var x = Wide(c);
            using var generator = new Generator((ulong)c.Seed, CPU);
            var step = randn(x.Emissions.shape, ScalarType.Float64, generator: generator);
            var moved = op.On(x with { Emissions = x.Emissions + step }).Tags - op.On(x).Tags;
            return Verdict.Require(moved.square().sum([1, 2]).le((moved * step).sum([1, 2]) + 1e-8).all().ToBoolean(), "The marginals moved farther than the scores.");
        }) with { Cases = 20 },
        Own("the shares have the gradient of the marginals", "Tags put together from paths and shares have the same slopes as the marginals themselves.", (op, c) =>
        {
            if (!SmoothAt(c))
                return Verdict.DoesNotApply;
            var x = c.Drawn();
            var factors = arange(x.Emissions.numel(), dtype: ScalarType.Float64).cos().reshape(x.Emissions.shape);
            Tensor Slope(Func<SparseMarginals, Tensor> tags)
            {
                var emissions = x.Emissions.clone().requires_grad_();
                (tags(op.On(x with { Emissions = emissions })) * factors).sum().backward();
                return emissions.grad!;
            }
            return Comparison.Same("gradient", Slope(s => SparseLaws.Rebuilt(s, c.K)), Slope(s => s.Tags), Tolerance);
        }) with { Cases = 20 },
        Own("a score that is no number spoils its own chain alone", "NaN and +∞ give NaN at the valid places of their chain, and the others are as before.", (op, c) =>
        {
            var x = (c with { B = 2, Masking = Masking.None, Forbidden = 0 }).Drawn();
            return new[] { double.NaN, double.PositiveInfinity }.Aggregate(Verdict.Holds, (verdict, bad) => verdict.Then(() =>
            {
                var emissions = x.Emissions.clone();
                emissions[0, c.T - 1, c.K - 1] = bad;
                var (got, before) = (op.On(x with { Emissions = emissions }), op.On(x));
                return Verdict.Require(got.Tags[0].isnan().all().ToBoolean() && got.Weights[0].isnan().all().ToBoolean(), $"{bad} gives numbers.")
                    .Then(() => Comparison.Same("other chain", got.Tags[1], before.Tags[1], Tolerance));
            }));
        }) with { Cases = 15 },
    ];

    /// <summary>Chains with far too many paths to look at each.</summary>
    private static ChainTensors Wide(ChainCase c) => (c with { B = 2, T = 12, K = 5, Ends = true }).Drawn();
}
