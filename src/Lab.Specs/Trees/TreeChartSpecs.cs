using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using PlainOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>What the specs of charts share: an oracle that fills every cell by itself.</summary>
public abstract class TreeChartSpec : TreeSpec<PlainOp>
{
    /// <inheritdoc/>
    public sealed override Tensor[] Call(PlainOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Rules, x.Root, x.Lengths)];
    }

    /// <inheritdoc/>
    public sealed override bool SmoothAt(TreeCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Forbidden == 0 && (HasSlopeEverywhere || (@case.T == 1 && !@case.Ragged));
    }

    /// <summary>Whether no entry is -∞.</summary>
    protected virtual bool HasSlopeEverywhere => false;

    /// <summary>An entry for every span and label of a row; <paramref name="fill"/> where no span is.</summary>
    internal static Tensor Cells(TreeTensors x, double fill, Func<AllTrees, int, Constituent, Tensor> cell)
    {
        var (places, labels) = ((int)x.Spans.size(1), x.Spans.dim() == 4 ? (int)x.Spans.size(3) : 1);
        return AllTrees.Each(x, (all, b) =>
        {
            var words = x.Lengths is null ? places : x.Lengths[b].ToInt32();
            var cells =
                from first in Enumerable.Range(0, places)
                from last in Enumerable.Range(0, places)
                from label in Enumerable.Range(0, labels)
                select first <= last && last < words ? cell(all, b, new(first, last, label)) : tensor(fill, x.Spans.dtype);
            return stack([.. cells]).reshape(x.Spans.shape[1..]);
        });
    }

    /// <summary>The scores of the trees that a condition holds for.</summary>
    internal static Tensor Where(AllTrees all, Func<BinaryTree, bool> holds)
    {
        var some = all.Trees.Select((t, i) => (t, i)).Where(p => holds(p.t)).Select(p => (long)p.i).ToArray();
        return some.Length == 0 ? full(1, double.NegativeInfinity, all.Scores.dtype) : all.Scores.index_select(0, tensor(some));
    }
}

/// <summary>The inside chart against all subtrees.</summary>
public sealed class InsideChartSpec : TreeChartSpec
{
    /// <inheritdoc/>
    public override PlainOp Op => TreeCrf.InsideChart;

    /// <inheritdoc/>
    public override PlainOp Oracle => (spans, rules, root, lengths) => Cells(
        new(spans, null, rules, root, lengths), double.NegativeInfinity, (_, b, cell) =>
        {
            var size = cell.Last - cell.First + 1;
            var own = spans[b].narrow(0, cell.First, size).narrow(1, cell.First, size).unsqueeze(0);
            return AllTrees.LogSum(Where(AllTrees.Of(new(own, null, rules, null, null), 0), t => t.Top == cell.Label));
        });
}

/// <summary>The outside chart against all trees, less what is inside.</summary>
public sealed class OutsideChartSpec : TreeChartSpec
{
    /// <inheritdoc/>
    public override PlainOp Op => TreeCrf.OutsideChart;

    /// <inheritdoc/>
    public override PlainOp Oracle => (spans, rules, root, lengths) => Cells(
        new(spans, null, rules, root, lengths), double.NegativeInfinity, (all, b, cell) =>
        {
            // Everything that is inside the span counts 0, and one of the ways to fill it is taken for all.
            var (places, first, last) = ((int)spans.size(1), cell.First, cell.Last);
            var words = arange(places);
            var within = (words.unsqueeze(1) >= first).logical_and(words <= last);
            var free = (spans.dim() == 3 ? spans[b].unsqueeze(2) : spans[b]).masked_fill(within.unsqueeze(2), 0);
            var labels = (int)free.size(2);
            var filling = AllTrees.Between(first, last, labels).First(t => t.Top == cell.Label);
            var trees = all.Trees.Where(t => filling.Constituents.All(t.Constituents.Contains)).ToArray();
            var scores = trees.Select(t =>
            {
                var score = zeros([], free.dtype);
                foreach (var c in t.Constituents.Where(c => c.First < first || c.Last > last))
                    score = score + free[c.First, c.Last, c.Label];
                var rewritings = t.Rewritings.ToList();
                foreach (var r in filling.Rewritings)
                    rewritings.Remove(r);
                foreach (var r in rules is null ? [] : rewritings)
                    score = score + rules![r.Label, r.Left, r.Right];
                return root is null ? score : score + root[t.Top];
            });
            return AllTrees.LogSum(stack([.. scores]));
        });

    /// <inheritdoc/>
    public override Gen<TreeCase> Cases => base.Cases.Select(c => c.K switch     // its oracle is slow
    {
        3 => c with { T = Math.Min(c.T, 2) },
        2 => c with { T = Math.Min(c.T, 3) },
        _ => c with { T = Math.Min(c.T, 4) },
    });

    /// <inheritdoc/>
    public override int MostCases => 15;

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, TreeCase>> OwnLaws =>
    [
        Own("inside times outside is what the trees with the span are worth",
            "exp(inside + outside - log Z) is the gradient of log Z in each span.", (op, c) =>
        {
            var x = c.Drawn();
            if (c.Forbidden > 0)
                return Verdict.DoesNotApply;
            var logPartition = TreeCrf.TreeLogPartition(x.Spans, x.Rules, x.Root, x.Lengths).reshape([-1, .. x.Spans.shape[1..].Select(_ => 1L)]);
            var joint = TreeCrf.InsideChart(x.Spans, x.Rules, x.Root, x.Lengths) + op(x.Spans, x.Rules, x.Root, x.Lengths);
            var marginals = TreeCrf.SpanMarginals(x.Spans, x.Rules, x.Root, x.Lengths);
            return Comparison.Same("product", (joint - logPartition).exp(), marginals, new Tolerance(1e-9, 1e-9).Times(Math.Max(1, c.Scale)));
        }) with { Cases = 30 },
    ];
}

/// <summary>Probabilities of constituents against counting in all trees.</summary>
public sealed class SpanMarginalsSpec : TreeChartSpec
{
    /// <inheritdoc/>
    public override PlainOp Op => TreeCrf.SpanMarginals;

    /// <inheritdoc/>
    public override PlainOp Oracle => (spans, rules, root, lengths) => Cells(
        new(spans, null, rules, root, lengths), 0, (all, _, cell) =>
        {
            var (part, total) = (AllTrees.LogSum(Where(all, t => t.Constituents.Contains(cell))), all.LogPartition);
            return total.isneginf().ToBoolean() || part.isneginf().ToBoolean() ? zeros([], spans.dtype) : (part - total).exp();
        });

    /// <inheritdoc/>
    protected override bool HasSlopeEverywhere => true;

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, TreeCase>> OwnLaws =>
    [
        Own("a tree of n words has 2n - 1 constituents", "A row's probabilities sum to 2n - 1, and those of each word to 1.", (op, c) =>
        {
            var x = (c with { Forbidden = 0 }).Drawn();
            var marginals = op(x.Spans, x.Rules, x.Root, x.Lengths);
            var lengths = x.Lengths ?? full([c.B], c.T, ScalarType.Int64);
            var chart = marginals.dim() == 3 ? marginals.unsqueeze(3) : marginals;
            return Comparison.Same("sum", chart.sum([1, 2, 3]), (2 * lengths - 1).clamp(min: 0).to(ScalarType.Float64), new Tolerance(1e-9, 1e-9).Times(Math.Max(1, c.Scale)))
                .Then(() => Comparison.Same("sum for each word", chart.diagonal(0, 1, 2).sum(1), (arange(c.T) < lengths.unsqueeze(1)).to(ScalarType.Float64),
                    new Tolerance(1e-9, 1e-9).Times(Math.Max(1, c.Scale))));
        }) with { Cases = 20 },
    ];
}

/// <summary>The entropy of trees against the sum over all.</summary>
public sealed class TreeEntropySpec : TreeSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => TreeCrf.TreeEntropy;

    /// <inheritdoc/>
    public override PlainOp Oracle => (spans, rules, root, lengths) => AllTrees.Each(new(spans, null, rules, root, lengths), (all, _) =>
    {
        var some = all.Scores.isneginf().logical_not().nonzero().squeeze(1);
        if (some.numel() == 0)
            return zeros([], all.Scores.dtype);
        var logProbs = all.Scores.index_select(0, some).log_softmax(0);
        return -(logProbs.exp() * logProbs).sum();
    });

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, TreeCase @case, TreeTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Spans, x.Rules, x.Root, x.Lengths)];
    }

    /// <summary>Scores times probabilities lose digits by their size.</summary>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(14 * magnitude * magnitude);
}
