using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.ChainMarginals>;

namespace Lab.Specs.Sequences;

/// <summary>Marginals against the summed probabilities of the paths that have the tag, or the pair.</summary>
public sealed class TagMarginalsSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.TagMarginals;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask) =>
    {
        var (length, count) = ((int)emissions.size(1), emissions.size(2));
        var (tags, pairs) = (new List<Tensor>(), new List<Tensor>());
        foreach (var all in AllPaths.Of(new(emissions, null, transitions, start, end, mask)))
        {
            var (p, place) = (all.Probabilities, all.Places.ToList());
            for (var t = 0; t < length; t++)
            {
                var n = place.IndexOf(t);
                for (var k = 0; k < count; k++)
                    tags.Add(n < 0 ? zeros([], emissions.dtype) : (p * all.Has(n, k)).sum());
                for (var i = 0; i < count; i++)
                    for (var j = 0; j < count; j++)
                        pairs.Add(n < 1 ? zeros([], emissions.dtype) : (p * all.Has(n - 1, i) * all.Has(n, j)).sum());
            }
        }
        return new(stack([.. tags]).reshape(-1, length, count), stack([.. pairs]).reshape(-1, length, count, count));
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any.Select(c => c with { Outputs = 2 });

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        var (tags, pairs) = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);
        return [tags, pairs];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("each place has one tag", "Tags of a valid place sum to 1, those of others to 0; summing pairs over the tag before gives the tags.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var (tags, pairs) = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);
            var valid = (x.Mask ?? ones([c.B, c.T], ScalarType.Bool)).to(ScalarType.Float64);
            var followers = valid * valid.cumsum(1).gt(1).to(ScalarType.Float64);                   // the first has no pair
            return Comparison.Same("sum over tags", tags.sum(2), valid, Tolerance)
                .Then(() => Comparison.Same("sum over the tag before", pairs.sum(2), tags * followers.unsqueeze(2), Tolerance));
        }),
        Own("in single precision they are probabilities still", "Scores of hundreds in float32: none is above 1, and the tags of a place sum to 1.", (op, c) =>
        {
            var x = (c with { Forbidden = 0, T = 60, K = 9, Scale = 100, Ends = false, Masking = Masking.None }).Drawn();
            var (tags, pairs) = op(x.Emissions.to(ScalarType.Float32), x.Transitions.to(ScalarType.Float32), null, null, null);
            var most = Math.Max(tags.max().ToDouble(), pairs.max().ToDouble());
            return Verdict.Require(most <= 1, $"A probability is {most:R}.")
                .Then(() => Comparison.Same("sum over tags", tags.sum(2), ones_like(tags.select(2, 0)), new Tolerance(1e-6, 1e-6)))
                .Then(() => Comparison.Same("sum over pairs", pairs.sum([2, 3]).narrow(1, 1, 59), ones([c.B, 59]), new Tolerance(2e-6, 2e-6)));
        }) with { Cases = 10 },
        Own("they are the gradient of log Z", "The slope of log Z in an emission is the probability of that tag at that place.", (op, c) =>
        {
            var x = c.Drawn();
            var emissions = x.Emissions.clone().requires_grad_();
            var logPartition = Crf.LogPartition(emissions, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Loop);
            logPartition.masked_fill(logPartition.isneginf(), 0).sum().backward();
            return Comparison.Same("probabilities", op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags, emissions.grad!, Tolerance);
        }),
    ];
}
