using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using BestOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Trees.FoundTrees>;
using KBestOp = System.Func<TorchSharp.torch.Tensor, int, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, Lab.Core.Trees.FoundTrees>;
using SampleOp = System.Func<TorchSharp.torch.Tensor, int, TorchSharp.torch.Generator, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>The best tree against the best of all: its score, and the score that its constituents really have.</summary>
public sealed class BestTreeSpec : TreeSpec<BestOp>
{
    /// <inheritdoc/>
    public override BestOp Op => TreeCrf.BestTree;

    /// <inheritdoc/>
    public override BestOp Oracle => (spans, rules, root, lengths) =>
        new(empty(0), AllTrees.Each(new(spans, null, rules, root, lengths), (all, _) => all.Scores.max()));

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(BestOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        var (trees, scores) = op(x.Spans, x.Rules, x.Root, x.Lengths);
        trees.Dispose();                                                  // which of equal trees is given is open
        return [scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<BestOp, TreeCase>> OwnLaws =>
    [
        Own("what is found is a tree, and has its score", "TreeScore takes the tree, also a large one, and gives the score.", (op, c) =>
        {
            var x = (c with { T = c.T + 4 }).Drawn();
            var (trees, scores) = op(x.Spans, x.Rules, x.Root, x.Lengths);
            return KBestTreesSpec.Scored(x, trees.unsqueeze(1), scores.unsqueeze(1), Tolerance.Times(Math.Max(1, c.Scale)));
        }) with { Cases = 40 },
    ];
}

/// <summary>The N best trees against all, sorted.</summary>
public sealed class KBestTreesSpec : TreeSpec<KBestOp>
{
    /// <inheritdoc/>
    public override KBestOp Op => TreeCrf.KBestTrees;

    /// <inheritdoc/>
    public override KBestOp Oracle => (spans, count, rules, root, lengths) => new(
        empty(0), AllTrees.Each(new(spans, null, rules, root, lengths), (all, _) =>
            cat([all.Scores, full(count, double.NegativeInfinity, all.Scores.dtype)]).sort(0, descending: true).Values.narrow(0, 0, count)));

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases =>
        from c in base.Cases
        from count in Gen.Elements(1, 2, 3, 7)
        select c with { Count = count };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(KBestOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        var (trees, scores) = op(x.Spans, @case.Count, x.Rules, x.Root, x.Lengths);
        trees.Dispose();
        return [scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<KBestOp>> BadInputs =>
        [.. base.BadInputs, new("no trees", "count", () => [ones(1, 3, 3)], (op, x) => op(x[0], 0, null, null, null))];

    /// <inheritdoc/>
    public override IEnumerable<Law<KBestOp, TreeCase>> OwnLaws =>
    [
        Own("each has its score, and none comes twice", "TreeScore takes each tree and gives its score; trees of a row differ.", (op, c) =>
        {
            var x = c.Drawn();
            var (trees, scores) = op(x.Spans, c.Count, x.Rules, x.Root, x.Lengths);
            for (var b = 0; b < c.B; b++)
            {
                var there = scores[b].isneginf().logical_not().sum().ToInt32();
                var different = Enumerable.Range(0, there).Select(n => string.Join(" ", trees[b, n].contiguous().data<long>().ToArray())).Distinct().Count();
                if (different != there)
                    return Verdict.Fails($"Of {there} trees of row {b} only {different} are different.");
            }
            return Scored(x, trees, scores, Tolerance.Times(Math.Max(1, c.Scale)));
        }) with { Cases = 40 },
    ];

    /// <summary>Every tree has the score that is said; where there is none, nothing is marked.</summary>
    internal static Verdict Scored(TreeTensors x, Tensor trees, Tensor scores, Tolerance tolerance)
    {
        for (var b = 0; b < trees.size(0); b++)
        {
            for (var n = 0; n < trees.size(1); n++)
            {
                if (scores[b, n].isneginf().ToBoolean())
                {
                    if (trees[b, n].ne(TreeCrf.NoSpan).any().ToBoolean())
                        return Verdict.Fails($"Row {b} has no tree {n}, and yet spans are marked.");
                    continue;
                }
                var real = TreeCrf.TreeScore(x.Spans.narrow(0, b, 1), trees[b, n].unsqueeze(0), x.Rules, x.Root, x.Lengths?.narrow(0, b, 1));
                var verdict = Comparison.Same("score", scores[b, n].unsqueeze(0), real, tolerance);
                if (verdict.IsFailure)
                    return verdict;
            }
        }
        return Verdict.Holds;
    }
}

/// <summary>Drawn trees: as many constituents as a tree has, and as often as they are probable.</summary>
public sealed class SampleTreesSpec : TreeSpec<SampleOp>
{
    /// <inheritdoc/>
    public override SampleOp Op => TreeCrf.SampleTrees;

    /// <summary>Any tree that is possible: which, the law of frequencies says.</summary>
    public override SampleOp Oracle => (spans, count, _, rules, root, lengths) => AllTrees.Each(
        new(spans, null, rules, root, lengths), (all, _) => all.Scores.isneginf().all().ToBoolean()
            ? full([count, spans.size(1), spans.size(1)], TreeCrf.NoSpan, ScalarType.Int64)
            : all.Written(all.Scores.argmax().ToInt32(), (int)spans.size(1)).unsqueeze(0).expand(count, -1, -1));

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases =>
        from c in base.Cases
        from count in Gen.Choose(1, 3)
        select c with { Count = count, Scale = Math.Min(c.Scale, 3) };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false; // they take turns at one generator

    /// <inheritdoc/>
    public override Tensor[] Call(SampleOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        using var generator = new Generator((ulong)@case.Seed, CPU);
        using var trees = op(x.Spans, @case.Count, generator, x.Rules, x.Root, x.Lengths);
        using var there = trees.ne(TreeCrf.NoSpan);
        return [there.sum([2, 3], type: ScalarType.Int64)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SampleOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("no trees", "count", () => [ones(1, 3, 3)], (op, x) =>
        {
            using var generator = new Generator(1, CPU);
            op(x[0], 0, generator, null, null, null);
        }),
        new("null for the generator", "generator", () => [ones(1, 3, 3)], (op, x) => op(x[0], 1, null!, null, null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SampleOp, TreeCase>> OwnLaws =>
    [
        Own("trees come as often as they are probable", "In 3000 draws each tree comes as often as its probability says, within 6 standard deviations.", (op, c) =>
        {
            const int Draws = 3000;
            var x = (c with { B = 1, T = Math.Min(c.T, c.K == 3 ? 2 : 3), Ragged = false, Scale = 1 }).Drawn();
            var all = AllTrees.Of(x, 0);
            if (all.Scores.isneginf().all().ToBoolean())
                return Verdict.DoesNotApply;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var drawn = op(x.Spans, Draws, generator, x.Rules, x.Root, null).squeeze(0);
            var p = all.Probabilities;
            for (var i = 0; i < p.Length; i++)
            {
                var tree = all.Written(i, (int)x.Spans.size(1));
                var count = drawn.eq(tree).all(2).all(1).sum().ToDouble();
                if (Math.Abs(count - Draws * p[i]) > 6 * Math.Sqrt(Draws * p[i] * (1 - p[i])) + 1 || (p[i] == 0 && count > 0))
                    return Verdict.Fails($"A tree of probability {p[i]:G4} came {count} times in {Draws}.");
            }
            return Verdict.Holds;
        }) with { Cases = 10 },
    ];
}
