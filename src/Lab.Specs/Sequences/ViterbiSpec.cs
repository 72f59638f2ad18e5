using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Sequences.CrfForm, Lab.Core.Sequences.BestPath>;

namespace Lab.Specs.Sequences;

/// <summary>The best path against the best of all: its score, and the score that its tags really have.</summary>
public sealed class ViterbiSpec : ChainSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.Viterbi;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, transitions, start, end, mask, _) =>
    {
        var (tags, scores) = (full([emissions.size(0), emissions.size(1)], Crf.PaddingTag, ScalarType.Int64), new List<Tensor>());
        foreach (var (all, b) in AllPaths.Of(new(emissions, null, transitions, start, end, mask)).Select((all, b) => (all, b)))
        {
            scores.Add(all.Scores.amax(0));
            for (var n = 0; n < all.Places.Count && all.Possible is not null; n++)
                tags[b, all.Places[n]] = all.Paths[all.Scores.argmax(), n];
        }
        return new(tags, stack([.. scores]));
    };

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any.Select(c => c with { Outputs = 2 });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x)
    {
        var (tags, scores) = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, @case.Form);
        using (tags)
            return [Rescored(x, tags), scores];
    }

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Auto);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("a form that there is not", "form", () => [ones(2, 3, 4), ones(4, 4)], (op, x) => op(x[0], x[1], null, null, null, (CrfForm)9)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ChainCase>> OwnLaws =>
    [
        Own("the tags are those of the best path", "Of paths that score the same, the one with the lowest last tag; padding is marked.", (op, c) =>
        {
            var x = c.Drawn();
            var (got, expected) = (op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, c.Form), Oracle(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, c.Form));
            return c.Decimals is null
                ? Comparison.Same("tags", got.Tags, expected.Tags, new Tolerance(0, 0))
                : Verdict.DoesNotApply;                                   // tenths do not add up exactly, so ties do not either
        }),
        Own("no path scores higher", "The score is at least that of every path drawn at random.", (op, c) =>
        {
            var x = (c with { B = 2, T = 20, K = 7, Forbidden = 0 }).Drawn();
            var best = op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, c.Form).Scores;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var rivals = randint(0, 7, [50, 2, 20], dtype: ScalarType.Int64, generator: generator).unbind(0);
            return rivals.Aggregate(Verdict.Holds, (verdict, tags) => verdict.Then(() => Verdict.Require(
                (Crf.PathScore(x.Emissions, tags, x.Transitions, x.Start, x.End, x.Mask) <= best + 1e-9).all().ToBoolean(), "A random path scores higher.")));
        }) with { Cases = 20 },
        Own("forms agree on long chains", "On chains too long to enumerate the kernel gives the loop's very tags and scores.", (op, c) =>
        {
            var x = LogPartitionSpec.Long(c);
            var (loop, kernel) = (op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Loop), op(x.Emissions, x.Transitions, x.Start, x.End, x.Mask, CrfForm.Kernel));
            return Comparison.Same("tags", kernel.Tags, loop.Tags, new Tolerance(0, 0))
                .Then(() => Comparison.Same("scores", kernel.Scores, loop.Scores, new Tolerance(0, 0)));
        }) with { Cases = 30 },
        Own("the way back begins at a chain's own end", "With mask [1, 0] the first tag is the best by itself, whatever the step to the padding would like.", (op, c) =>
        {
            var emissions = tensor(new double[,] { { 1, 0 }, { 0, 0 } }).unsqueeze(0);
            var transitions = tensor(new double[,] { { 0, 0 }, { 10, 0 } });
            var best = op(emissions, transitions, null, null, tensor(new[,] { { true, false } }), c.Form);
            return Comparison.Same("tags", best.Tags, tensor(new[,] { { 0L, Crf.PaddingTag } }), new Tolerance(0, 0));
        }) with { Cases = 8 },
    ];

    /// <summary>What tags really score, in double precision and by definition; -∞ for padding tags where a tag should be.</summary>
    internal static Tensor Rescored(ChainTensors x, Tensor tags)
    {
        using var scope = NewDisposeScope();
        var wide = new ChainTensors(
            Double(x.Emissions), null, Double(x.Transitions), x.Start is null ? null : Double(x.Start), x.End is null ? null : Double(x.End), x.Mask?.cpu());
        var (path, scores) = (tags.cpu(), new double[tags.size(0)]);
        for (var b = 0; b < scores.Length; b++)
        {
            var before = -1L;
            for (var t = 0; t < path.size(1); t++)
            {
                var tag = path[b, t].ToInt64();
                if (wide.Mask is not null && !wide.Mask[b, t].ToBoolean())
                {
                    scores[b] += tag == Crf.PaddingTag ? 0 : double.NaN;
                    continue;
                }
                if (tag < 0)
                {
                    scores[b] = double.NegativeInfinity;
                    continue;
                }
                scores[b] += wide.Emissions[b, t, tag].ToDouble()
                    + (before >= 0 ? wide.Transitions[before, tag].ToDouble() : wide.Start?[tag].ToDouble() ?? 0);
                before = tag;
            }
            if (before >= 0)
                scores[b] += wide.End?[before].ToDouble() ?? 0;
        }
        return tensor(scores, dtype: x.Emissions.dtype, device: x.Emissions.device).MoveToOuterDisposeScope();

        static Tensor Double(Tensor scores) => scores.detach().cpu().to(ScalarType.Float64);
    }
}
