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
    private static readonly double[] depths = [100, 740, 1000, 1e5];

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
        Own("what is far below the rest is not lost", "Where the only tree goes through a rule, a label or a cut that is far worse than others, which lead nowhere, it is all there is.", (op, _) =>
        {
            foreach (var depth in depths)
                foreach (var (spans, rules) in new[] { FarRule(depth), FarLabel(depth), FarCut(depth) })
                {
                    spans.requires_grad_();
                    var (got, expected) = (op(spans, rules, null, null), Oracle(spans, rules, null, null));
                    var verdict = Comparison.Same("result", got, expected, Tolerance)
                        .Then(() => Comparison.Same("gradient", autograd.grad([got.sum()], [spans])[0], autograd.grad([expected.sum()], [spans])[0], Tolerance));
                    if (verdict.IsFailure)
                        return verdict;
                }
            return Verdict.Holds;
        }) with { Cases = 1 },
        Own("a score that is no number is not lost", "NaN at any span makes log Z NaN.", (op, c) =>
        {
            var x = (c with { B = 1, T = 3, K = c.Labels, Ragged = false, Forbidden = 0, Scale = 1 }).Drawn();
            for (var i = 0; i < 3; i++)
                for (var j = i; j < 3; j++)
                {
                    var broken = x.Spans.clone();
                    broken[0, i, j, c.Labels - 1] = double.NaN;
                    if (!op(broken, x.Rules, null, null).isnan().all().ToBoolean())
                        return Verdict.Fails($"NaN at the span from {i} to {j} is lost.");
                }
            return Verdict.Holds;
        }) with { Cases = 8 },
        Own("where no label may be the root there is no tree", "log Z is -∞, and its gradient 0.", (op, c) =>
        {
            var x = (c with { Ragged = false, Forbidden = 0 }).Drawn();
            var spans = x.Spans.requires_grad_();
            var got = op(spans, x.Rules, full(c.Labels, double.NegativeInfinity, ScalarType.Float64), null);
            return Comparison.Same("result", got, full_like(got, double.NegativeInfinity), Tolerance).Then(() =>
            {
                var slopes = autograd.grad([got.sum()], [spans])[0];
                return Comparison.Same("gradient", slopes, zeros_like(slopes), Tolerance);
            });
        }) with { Cases = 6 },
    ];

    /// <summary>Words have label 1 alone, and the rule for two of them is far below the rule for two of label 0.</summary>
    private static (Tensor Spans, Tensor Rules) FarRule(double depth)
    {
        var (spans, rules) = Nothing(2, 2);
        (spans[0, 0, 0, 1], spans[0, 1, 1, 1], spans[0, 0, 1, 0]) = (0, 0, 0);
        (rules[0, 0, 0], rules[0, 1, 1]) = (0, -depth);
        return (spans, rules);
    }

    /// <summary>Of the words' labels the far one alone has a rule.</summary>
    private static (Tensor Spans, Tensor Rules) FarLabel(double depth)
    {
        var (spans, rules) = Nothing(2, 2);
        (spans[0, 0, 0, 0], spans[0, 1, 1, 0], spans[0, 0, 1, 0]) = (0, 0, 0);
        (spans[0, 0, 0, 1], spans[0, 1, 1, 1], rules[0, 1, 1]) = (-depth, -depth, 0);
        return (spans, rules);
    }

    /// <summary>Of the two cuts of three words the better one leads to labels that no rule joins.</summary>
    private static (Tensor Spans, Tensor Rules) FarCut(double depth)
    {
        var (spans, rules) = Nothing(3, 3);
        for (var word = 0; word < 3; word++)
            spans[0, word, word, 0] = 0;
        (spans[0, 0, 1, 1], spans[0, 1, 2, 2], spans[0, 0, 2, 0]) = (-depth, 0, 0);
        (rules[1, 0, 0], rules[2, 0, 0], rules[0, 1, 0]) = (0, 0, 0);
        return (spans, rules);
    }

    private static (Tensor Spans, Tensor Rules) Nothing(long words, long labels) => (
        full([1, words, words, labels], double.NegativeInfinity, ScalarType.Float64), full([labels, labels, labels], double.NegativeInfinity, ScalarType.Float64));
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
