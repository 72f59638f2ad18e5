using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using GoldOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using HingeOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, double, long?, TorchSharp.torch.Tensor>;
using PlainOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>log Z of trees against the sum over all.</summary>
public sealed class TreeLogPartitionSpec : TreeSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => TreeCrf.TreeLogPartition;

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override TreeCase Enlarge(TreeCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var (words, labels) = (@case.Seed % 3) switch
        {
            0 => (3, 3),
            1 => (9, 6),                                                  // more spans of a width than are worked on together
            _ => (0, 24),                                                 // more labels than are held in registers at once
        };
        return @case with { T = @case.T + words, K = @case.K + labels, Ruled = true };
    }

    /// <inheritdoc/>
    public override PlainOp Oracle => (spans, rules, root, lengths) =>
        AllTrees.Each(new(spans, null, rules, root, lengths), (all, _) => all.LogPartition);

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Rules, x.Root, x.Lengths)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, TreeCase>> OwnLaws =>
    [
        Own("without scores it counts trees", "With scores of 0 it is the logarithm of Catalan's number times that of the labellings.", (op, c) =>
        {
            var (n, total) = (c.T + 6, 1.0);
            for (var i = 0; i < n - 1; i++)                               // Catalan(n - 1)
                total = total * 2 * (2 * i + 1) / (i + 2);
            var expected = Math.Log(total) + (2 * n - 1) * Math.Log(c.Labels);
            var got = op(zeros(1, n, n, c.Labels, dtype: ScalarType.Float64), zeros(c.Labels, c.Labels, c.Labels, dtype: ScalarType.Float64), null, null);
            return Comparison.Same("result", got, tensor([expected]), Tolerance);
        }) with { Cases = 5 },
    ];
}

/// <summary>The score of a tree against that tree's among all.</summary>
public sealed class TreeScoreSpec : TreeSpec<GoldOp>
{
    /// <inheritdoc/>
    protected override bool TakesTree => true;

    /// <inheritdoc/>
    public override GoldOp Op => TreeCrf.TreeScore;

    /// <inheritdoc/>
    public override GoldOp Oracle => (spans, tree, rules, root, lengths) =>
        AllTrees.Each(new(spans, null, rules, root, lengths), (all, b) =>
        {
            var score = all.Scores[all.Number(tree[b])];
            return score.isneginf().ToBoolean() ? score.detach() : score;
        });

    /// <inheritdoc/>
    public override Tensor[] Call(GoldOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Tree!, x.Rules, x.Root, x.Lengths)];
    }
}

/// <summary>The loss of a CRF over trees against the logarithm of the tree's share among all.</summary>
public sealed class TreeNegativeLogLikelihoodSpec : TreeSpec<GoldOp>
{
    /// <inheritdoc/>
    protected override bool TakesTree => true;

    /// <inheritdoc/>
    public override GoldOp Op => TreeCrf.TreeNegativeLogLikelihood;

    /// <inheritdoc/>
    public override GoldOp Oracle => (spans, tree, rules, root, lengths) => AllTrees.Each(new(spans, null, rules, root, lengths), (all, b) =>
    {
        var score = all.Scores[all.Number(tree[b])];
        return score.isneginf().ToBoolean() ? tensor(double.PositiveInfinity, score.dtype) : all.LogPartition - score;
    });

    /// <inheritdoc/>
    public override Tensor[] Call(GoldOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Tree!, x.Rules, x.Root, x.Lengths)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<GoldOp, TreeCase>> OwnLaws =>
    [
        Own("no tree is more probable than all together", "The loss is never negative.", (op, c) =>
            Verdict.Require(Call(op, c, c.Drawn())[0].ge(-1e-9).all().ToBoolean(), "A loss is negative.")) with { Cases = 30 },
    ];
}

/// <summary>The hinge of trees against the worst of all.</summary>
public sealed class TreeHingeSpec : TreeSpec<HingeOp>
{
    /// <inheritdoc/>
    protected override bool TakesTree => true;

    /// <inheritdoc/>
    public override HingeOp Op => TreeCrf.TreeHinge;

    /// <inheritdoc/>
    public override HingeOp Oracle => (spans, tree, rules, root, lengths, cost, empty) => AllTrees.Each(new(spans, null, rules, root, lengths), (all, b) =>
    {
        var gold = all.Number(tree[b]);
        var score = all.Scores[gold];
        if (score.isneginf().ToBoolean())
            return tensor(double.PositiveInfinity, score.dtype);
        var right = all.Trees.Count == 0 ? [] : all.Trees[gold].Constituents.ToHashSet();
        var places = right.Select(c => (c.First, c.Last)).ToHashSet();
        var errors = all.Trees.Count == 0 ? [0.0] : all.Trees.Select(t => (double)t.Constituents.Count(c =>
            !right.Contains(c) && (c.Label != empty || places.Contains((c.First, c.Last))))).ToArray();
        return (all.Scores + cost * tensor(errors)).max() - score;
    });

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases =>
        from c in base.Cases
        from cost in Gen.Choose(0, 3)
        from empty in Gen.Elements(false, true)
        select c with { Count = cost, HasEmpty = empty, Scale = c.Scale == 0 ? 1 : c.Scale };

    /// <inheritdoc/>
    public override bool SmoothAt(TreeCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case is { Forbidden: 0, Decimals: null };                 // at round numbers the worst tree may change: a kink
    }

    /// <inheritdoc/>
    public override bool IsTwiceDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(HingeOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Tree!, x.Rules, x.Root, x.Lengths, @case.Count, @case.HasEmpty ? 0 : null)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<HingeOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("a negative cost", "cost", () => [ones(1, 1, 1), zeros([1, 1, 1], ScalarType.Int64)], (op, x) => op(x[0], x[1], null, null, null, -1, null)),
        new("an infinite cost", "cost", () => [ones(1, 1, 1), zeros([1, 1, 1], ScalarType.Int64)], (op, x) => op(x[0], x[1], null, null, null, double.PositiveInfinity, null)),
        new("an empty label that there is not", "empty", () => [ones(1, 1, 1), zeros([1, 1, 1], ScalarType.Int64)], (op, x) => op(x[0], x[1], null, null, null, 1, 1)),
        new("a negative empty label", "empty", () => [ones(1, 1, 1), zeros([1, 1, 1], ScalarType.Int64)], (op, x) => op(x[0], x[1], null, null, null, 1, -1)),
    ];
}
