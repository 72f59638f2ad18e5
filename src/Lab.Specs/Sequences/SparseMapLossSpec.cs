using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, int, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>SparseMAP's loss against its definition over all paths, by an interior-point method.</summary>
public sealed class SparseMapLossSpec : TaggedSpec<Op>
{
    private const int Rounds = 1000;

    /// <inheritdoc/>
    public override Op Op => Crf.SparseMapLoss;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, tags, transitions, start, end, mask, _) =>
    {
        var unique = true;
        var losses = AllPaths.Each(new(emissions, null, transitions, start, end, mask), (all, b) =>
        {
            var gold = all.Scores[all.Number(tags, b, emissions.size(2))];
            if (SparseOracle.Of(all, emissions.size(2)) is not { } sparse || gold.isneginf().ToBoolean())
                return tensor(double.PositiveInfinity, emissions.dtype);
            unique &= sparse.Unique && sparse.Clarity > 1e-6;
            return sparse.Objective - gold + 0.5 * all.Places.Count;
        });
        return unique ? losses : losses.detach();                         // several sets of paths: several right gradients in transitions
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => SparseOracle.Cases.Select(c => c with { Tagged = true });

    /// <inheritdoc/>
    public override bool SmoothAt(ChainCase @case) => SparseOracle.SmoothAt(@case);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) =>
        [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, Rounds)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, Rounds);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("no rounds", "rounds", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64), ones(4, 4)],
            (op, x) => op(x[0], x[1], x[2], null, null, null, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("it lies between perceptron and hinge", "It is at least how far the best path is ahead of the right one, and at most the hinge loss of margin 1 per tag.", (op, c) =>
        {
            var x = Wide(c);
            var loss = op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, Rounds);
            var low = Crf.StructuredPerceptron(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask);
            var high = Crf.StructuredHinge(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, 1);
            return Verdict.Require(loss.ge(low - 1e-8).all().ToBoolean(), "It is below the perceptron's loss.")
                .Then(() => Verdict.Require(loss.le(high + 1e-8).all().ToBoolean(), "It is above the hinge loss."));
        }) with { Cases = 30 },
        Own("it is 0 exactly where the right path wins by its margin", "With 1 more for each of its tags the best path costs nothing; ahead by 0.98 in one tag, it costs something.", (op, c) =>
        {
            var x = Wide(c with { Scale = Math.Min(c.Scale, 3) });
            var best = Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags;
            var right = nn.functional.one_hot(best.clamp(min: 0), x.Emissions.size(2)).to(ScalarType.Float64);
            var won = op(x.Emissions + right, best.clamp(min: 0), x.Transitions, x.Start, x.End, x.Mask, Rounds);

            // One rival, which differs in one tag: a square distance of 2, a margin of 1.
            var level = full([1, 4, 2], -50.0, ScalarType.Float64);
            level[.., .., 0] = 0;
            level[0, 2, 1] = -0.98;
            var near = op(level, zeros([1, 4], ScalarType.Int64), zeros([2, 2], ScalarType.Float64), null, null, null, Rounds);
            return Comparison.Same("loss", won, zeros_like(won), new Tolerance(0, 1e-9))
                .Then(() => Comparison.Same("loss", near, full_like(near, 0.02 * 0.02 / 4), new Tolerance(1e-6, 0)));
        }) with { Cases = 20 },
        Own("its slope is what SparseMAP has more than the right path", "In emissions μ - [yₜ = k], in transitions the expected number of each less the right one: by Danskin's theorem.", (op, c) =>
        {
            var x = Wide(c);
            Tensor[] leaves = [x.Emissions.clone().requires_grad_(), x.Transitions.clone().requires_grad_()];
            op(leaves[0], x.Tags!, leaves[1], x.Start, x.End, x.Mask, Rounds).sum().backward();
            var sparse = Crf.SparseMap(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);
            var valid = x.Mask ?? ones([x.Emissions.size(0), x.Emissions.size(1)], ScalarType.Bool);
            var right = nn.functional.one_hot(x.Tags!, x.Emissions.size(2)) * valid.unsqueeze(2);
            var steps = Math.Max(0, valid.sum(1).sub(1).clamp(min: 0).sum().ToDouble());
            return Comparison.Same("gradient in emissions", leaves[0].grad!, sparse.Tags - right, new Tolerance(1e-8, 1e-8))
                .Then(() => Comparison.Same("sum of the gradient in transitions", leaves[1].grad!.sum(), zeros([], ScalarType.Float64), new Tolerance(0, 1e-8 * (1 + steps))));
        }) with { Cases = 20 },
        Own("few rounds give a lower bound that is not negative", "It rises with the rounds; one gives the loss of the structured perceptron.", (op, c) =>
        {
            var x = Wide(c);
            Tensor After(int rounds) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask, rounds);
            var before = Crf.StructuredPerceptron(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask);
            var verdict = Comparison.Same("loss after one round", After(1), before, Tolerance);
            for (var rounds = 2; rounds < 20 && !verdict.IsFailure; rounds++)
            {
                var loss = After(rounds);
                verdict = Verdict.Require(loss.ge(before - 1e-9).all().ToBoolean(), $"After {rounds} rounds the loss is lower than before.");
                before = loss;
            }
            return verdict.Then(() => Verdict.Require(After(Rounds).ge(before - 1e-9).all().ToBoolean(), "In the end the loss is lower than before."));
        }) with { Cases = 15 },
        Own("a score that is no number spoils its own chain alone", "NaN and +∞ give NaN, and the other chain's loss is as before.", (op, c) =>
        {
            var x = (c with { B = 2, Masking = Masking.None, Forbidden = 0, Tagged = true }).Drawn();
            return new[] { double.NaN, double.PositiveInfinity }.Aggregate(Verdict.Holds, (verdict, bad) => verdict.Then(() =>
            {
                var emissions = x.Emissions.clone();
                emissions[0, c.T - 1, c.K - 1] = bad;
                var (got, before) = (Call(op, c, x with { Emissions = emissions })[0], Call(op, c, x)[0]);
                return Verdict.Require(got[0].isnan().ToBoolean(), $"{bad} gives a number.")
                    .Then(() => Comparison.Same("other chain", got[1], before[1], Tolerance));
            }));
        }) with { Cases = 10 },
        Own("a right path that is forbidden costs +∞ and pushes nothing", "As with likelihood and margins: the constraint is to be mended.", (op, c) =>
        {
            var emissions = (c with { B = 1, T = 3, K = 2, Masking = Masking.None }).Drawn().Emissions.clone().requires_grad_();
            var transitions = tensor(new[,] { { 0, double.NegativeInfinity }, { 0, 0 } });
            var loss = op(emissions, tensor(new[,] { { 0L, 1L, 0L } }), transitions, null, null, null, Rounds);
            loss.sum().backward();
            return Verdict.Require(loss.isposinf().all().ToBoolean(), "It costs less.")
                .Then(() => Comparison.Same("gradient", emissions.grad!, zeros_like(emissions), new Tolerance(0, 0)));
        }) with { Cases = 5 },
    ];

    /// <summary>Chains with far too many paths to look at each.</summary>
    private static ChainTensors Wide(ChainCase c) => (c with { B = 2, T = 12, K = 5, Forbidden = 0, Tagged = true }).Drawn();
}
