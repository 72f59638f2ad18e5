using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, int, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.BestPaths>;

namespace Lab.Specs.Sequences;

/// <summary>The N best paths against all, sorted.</summary>
public sealed class KBestViterbiSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.KBestViterbi;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, count, start, end, mask) => new(
        empty(0), AllPaths.Each(new(emissions, null, transitions, start, end, mask), (all, _) =>
        {
            var padded = cat([all.Scores, full(count, double.NegativeInfinity, all.Scores.dtype)]);
            return padded.sort(0, descending: true).Values.narrow(0, 0, count);
        }));

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases =>
        from c in ChainCase.Any
        from count in Gen.Elements(1, 2, 3, 9, 40)
        select c with { Count = count };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        var (tags, scores) = op(x.Emissions, x.Transitions, @case.Count, x.Start, x.End, x.Mask);
        tags.Dispose();                                                   // which of equal paths comes first is open
        return [scores];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, 2, x.Start, x.End, x.Mask);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("no paths", "count", () => [ones(2, 3, 4), ones(4, 4)], (op, x) => op(x[0], x[1], 0, null, null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("each path has its score, and none comes twice", "The tags score what the result says, and paths of a chain differ.", (op, c) =>
        {
            var x = c.Drawn();
            var (tags, scores) = op(x.Emissions, x.Transitions, c.Count, x.Start, x.End, x.Mask);
            var there = scores.isneginf().logical_not();
            for (var n = 0; n < c.Count; n++)
            {
                var real = Crf.PathScore(x.Emissions, tags.select(1, n).clamp(min: 0), x.Transitions, x.Start, x.End, x.Mask);
                var verdict = Comparison.Same("score", scores.select(1, n), real.masked_fill(there.select(1, n).logical_not(), double.NegativeInfinity), Tolerance);
                if (verdict.IsFailure)
                    return verdict;
            }
            for (var b = 0; b < c.B; b++)
            {
                var count = there[b].sum().ToInt32();
                var different = Enumerable.Range(0, count).Select(n => string.Join(" ", tags[b, n].data<long>().ToArray())).Distinct().Count();
                if (different != count)
                    return Verdict.Fails($"Of {count} paths of chain {b} only {different} are different.");
            }
            var marked = x.Mask is null || tags.eq(Crf.PaddingTag).logical_or(x.Mask.unsqueeze(1)).all().ToBoolean();
            return Verdict.Require(marked, "A place that is not valid has a tag.");
        }),
        Own("the first is Viterbi's", "With N = 1 it is the best path.", (op, c) =>
        {
            var x = (c with { Scale = 1 }).Drawn();
            if (c.Decimals is not null)
                return Verdict.DoesNotApply;                              // ties
            var (one, best) = (op(x.Emissions, x.Transitions, 1, x.Start, x.End, x.Mask), Crf.Viterbi(x.Emissions, x.Transitions, x.Start, x.End, x.Mask));
            return Comparison.Same("tags", one.Tags.squeeze(1), best.Tags, new Tolerance(0, 0));
        }),
    ];
}
