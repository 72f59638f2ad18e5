using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The most probable tag of each place against the summed probabilities of all paths.</summary>
public sealed class PosteriorDecodeSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.PosteriorDecode;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask) =>
    {
        var tags = full([emissions.size(0), emissions.size(1)], Crf.PaddingTag, ScalarType.Int64);
        foreach (var (all, b) in AllPaths.Of(new(emissions, null, transitions, start, end, mask)).Select((all, b) => (all, b)))
        {
            var p = all.Probabilities;
            for (var n = 0; n < all.Places.Count && all.Possible is not null; n++)
                tags[b, all.Places[n]] = stack([.. Enumerable.Range(0, (int)emissions.size(2)).Select(k => (p * all.Has(n, k)).sum())]).argmax();
        }
        return tags;
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases =>
        from c in ChainCase.Any
        select c with { Scale = c.Scale == 0 || c.Scale > 30 ? 2 : c.Scale, Extremes = [], ExtremesOfValue = [double.NegativeInfinity] };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) => [op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("no other tags have as many right on average", "The expected number of right tags is at least that of the best path.", (op, c) =>
        {
            var x = c.Drawn();
            var (mine, path) = (op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask), Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags);
            var p = Crf.TagMarginals(x.Emissions, x.Transitions, x.Start, x.End, x.Mask).Tags;
            Tensor Right(Tensor tags) => p.gather(2, tags.clamp(min: 0).unsqueeze(2)).sum([1, 2]);
            return Verdict.Require(Right(mine).ge(Right(path) - 1e-9).all().ToBoolean(), "The best path has more right tags on average.");
        }),
    ];
}
