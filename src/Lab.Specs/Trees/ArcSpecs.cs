using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using HeadsOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using HingeOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, bool, bool, double, TorchSharp.torch.Tensor>;
using LossOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, bool, bool, TorchSharp.torch.Tensor>;
using PlainOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, bool, bool, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>log Z of dependency trees against the sum over all.</summary>
public sealed class HeadsLogPartitionSpec : ArcSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => DependencyCrf.HeadsLogPartition;

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override ArcCase Enlarge(ArcCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case with { T = @case.T + 7, Projective = false };
    }

    /// <inheritdoc/>
    public override PlainOp Oracle => (arcs, lengths, singleRoot, projective) =>
        AllHeads.Each(arcs, lengths, singleRoot, projective, (all, _) => all.LogPartition);

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Lengths, @case.SingleRoot, @case.Projective)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, ArcCase>> OwnLaws =>
    [
        Own("it is the determinant", "Without the projective restriction it is log det of the Laplacian; with a single root, the sum over the root's words.", (op, c) =>
        {
            var (n, x) = (c.T + 5, (c with { T = c.T + 5, Ragged = false, Forbidden = 0, Scale = Math.Min(c.Scale, 1) }).Drawn());
            var weights = x.Arcs.exp();
            var words = weights.narrow(1, 1, n).narrow(2, 1, n).masked_fill(eye(n, dtype: ScalarType.Bool), 0);
            var root = weights.select(1, 0).narrow(1, 1, n);
            var laplacian = words.sum(1).diag_embed() - words;
            Tensor expected;
            if (c.SingleRoot)
            {
                laplacian[.., 0] = root;                                  // Koo et al. 2007: the root's arcs in the first row
                expected = linalg.slogdet(laplacian).Item2;
            }
            else
                expected = linalg.slogdet(laplacian + root.diag_embed()).Item2;
            return Comparison.Same("result", op(x.Arcs, null, c.SingleRoot, false), expected, new Tolerance(1e-8, 1e-8));
        }) with { Cases = 20 },
        Own("it counts trees", "With scores of 0 there are (n + 1)^(n - 1) trees, n^(n - 1) of them with a single root.", (op, c) =>
        {
            var n = c.T + 6;
            var expected = (n - 1) * Math.Log(c.SingleRoot ? n : n + 1);
            return Comparison.Same("result", op(zeros(1, n + 1, n + 1, dtype: ScalarType.Float64), null, c.SingleRoot, false), tensor([expected]), Tolerance);
        }) with { Cases = 6 },
        Own("what is far below the rest is not lost", "Where trees need arcs of -744 or -1000, while each word's best are at 0, those are what the sum is made of.", (op, c) =>
        {
            var numbers = (c with { B = 1, T = 4, Forbidden = 0, Scale = 1, Decimals = null }).Drawn().Arcs;
            var arcs = tensor([0.0, -744, -744, -1000]).index_select(0, (numbers * 1e4).floor().remainder(4).to(ScalarType.Int64).reshape(-1)).reshape(1, 5, 5);
            foreach (var (word, head) in new[] { (1, 2), (2, 1), (3, 4), (4, 3) })                 // each pair prefers each other
                arcs[0, head, word] = 0;
            arcs[0, 0] = c.SingleRoot ? 0 : -744;
            return Comparison.Same(
                "result", op(arcs, null, c.SingleRoot, c.Projective), Oracle(arcs, null, c.SingleRoot, c.Projective), new Tolerance(1e-9, 1e-9));
        }) with { Cases = 20 },
        Own("groups that do not see each other", "Without an arc between two groups of words trees have several roots: together they are worth the product of the groups', and with a single root there is none.", (op, c) =>
        {
            var (n, x) = (c.T + 1, (c with { T = c.T + 1, Ragged = false, Forbidden = 0 }).Drawn().Arcs);
            var first = 1 + (c.Seed % (n - 1));                           // words of the first group; the others are the second
            var second = (arange(n + 1) > first).to(ScalarType.Int64);
            var between = (second != second.unsqueeze(1)).logical_and(arange(n + 1).unsqueeze(1) > 0);
            var arcs = x.masked_fill(between, double.NegativeInfinity);
            Tensor Group(long[] places) => op(arcs.index_select(1, tensor(places)).index_select(2, tensor(places)), null, false, c.Projective);
            long[] places = [.. Enumerable.Range(0, n + 1).Select(p => (long)p)];
            var product = Group(places[..(first + 1)]) + Group([0, .. places[(first + 1)..]]);
            return Comparison.Same("result", op(arcs, null, false, c.Projective), product, Tolerance)
                .Then(() => Verdict.Require(op(arcs, null, true, c.Projective).isneginf().all().ToBoolean(), "There is a tree with a single root."));
        }) with { Cases = 20 },
    ];
}

/// <summary>Probabilities of arcs against counting in all trees.</summary>
public sealed class ArcMarginalsSpec : ArcSpec<PlainOp>
{
    /// <inheritdoc/>
    public override PlainOp Op => DependencyCrf.ArcMarginals;

    /// <inheritdoc/>
    public override PlainOp Oracle => (arcs, lengths, singleRoot, projective) => AllHeads.Each(arcs, lengths, singleRoot, projective, (all, _) =>
    {
        var places = (int)arcs.size(1);
        var total = all.LogPartition;
        return stack([.. Enumerable.Range(0, places * places).Select(cell =>
        {
            var (head, word) = (cell / places, cell % places);
            var some = all.Trees.Select((t, i) => (t, i)).Where(p => word > 0 && word <= p.t.Length && p.t[word - 1] == head).Select(p => (long)p.i).ToArray();
            if (some.Length == 0 || total.isneginf().ToBoolean())
                return zeros([], arcs.dtype);
            var part = AllTrees.LogSum(all.Scores.index_select(0, tensor(some)));
            return part.isneginf().ToBoolean() ? zeros([], arcs.dtype) : (part - total).exp();
        })]).reshape(places, places);
    });

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override Tensor[] Call(PlainOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Lengths, @case.SingleRoot, @case.Projective)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<PlainOp, ArcCase>> OwnLaws =>
    [
        Own("each word has one head", "Each word's probabilities sum to 1, and with a single root those of the root do, in long sentences too.", (op, c) =>
        {
            var n = c.T + 8;
            var x = (c with { T = n, Forbidden = 0 }).Drawn();
            var marginals = op(x.Arcs, x.Lengths, c.SingleRoot, c.Projective);
            var lengths = x.Lengths ?? full([c.B], n, ScalarType.Int64);
            var words = (arange(1, n + 1) <= lengths.unsqueeze(1)).to(ScalarType.Float64);
            var tolerance = new Tolerance(1e-9, 1e-9).Times(Math.Max(1, c.Scale));
            return Comparison.Same("sum for each word", marginals.sum(1).narrow(1, 1, n), words, tolerance)
                .Then(() => c.SingleRoot
                    ? Comparison.Same("sum for the root", marginals.select(1, 0).sum(1), (lengths > 0).to(ScalarType.Float64), tolerance)
                    : Verdict.Holds);
        }) with { Cases = 20 },
    ];
}

/// <summary>The score of heads against a loop over the words.</summary>
public sealed class HeadsScoreSpec : ArcSpec<HeadsOp>
{
    /// <inheritdoc/>
    protected override bool TakesHeads => true;

    /// <inheritdoc/>
    public override HeadsOp Op => DependencyCrf.HeadsScore;

    /// <inheritdoc/>
    public override HeadsOp Oracle => (arcs, heads, lengths) => stack([.. Enumerable.Range(0, (int)arcs.size(0)).Select(b =>
    {
        var score = zeros([], arcs.dtype);
        for (var t = 0; t < (lengths is null ? heads.size(1) : lengths[b].ToInt64()); t++)
            score = score + arcs[b, heads[b, t].ToInt64(), t + 1];
        return score;
    })]);

    /// <inheritdoc/>
    public override Tensor[] Call(HeadsOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Heads!, x.Lengths)];
    }
}

/// <summary>Head selection against the library's cross-entropy, word by word.</summary>
public sealed class HeadSelectionCrossEntropySpec : ArcSpec<HeadsOp>
{
    /// <inheritdoc/>
    protected override bool TakesHeads => true;

    /// <inheritdoc/>
    public override HeadsOp Op => DependencyCrf.HeadSelectionCrossEntropy;

    /// <inheritdoc/>
    public override HeadsOp Oracle => (arcs, heads, lengths) => stack([.. Enumerable.Range(0, (int)arcs.size(0)).Select(b =>
    {
        var (loss, forbidden) = (zeros([], arcs.dtype), false);
        var words = lengths is null ? heads.size(1) : lengths[b].ToInt64();
        for (var t = 0; t < words; t++)
        {
            var others = Enumerable.Range(0, (int)words + 1).Where(h => h != t + 1).Select(h => (long)h).ToArray();
            var column = arcs[b].select(1, t + 1).index_select(0, tensor(others));
            var gold = Array.IndexOf(others, heads[b, t].ToInt64());
            forbidden |= column[gold].isneginf().ToBoolean();
            loss = loss + nn.functional.cross_entropy(column.unsqueeze(0), tensor([(long)gold]), reduction: nn.Reduction.Sum);
        }
        return forbidden ? tensor(double.PositiveInfinity, arcs.dtype) : loss;
    })]);

    /// <inheritdoc/>
    public override Tensor[] Call(HeadsOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Heads!, x.Lengths)];
    }
}

/// <summary>The loss of a CRF over dependency trees against the logarithm of the tree's share among all.</summary>
public sealed class HeadsNegativeLogLikelihoodSpec : ArcSpec<LossOp>
{
    /// <inheritdoc/>
    protected override bool TakesHeads => true;

    /// <inheritdoc/>
    protected override bool TakesTrees => true;

    /// <inheritdoc/>
    public override LossOp Op => DependencyCrf.HeadsNegativeLogLikelihood;

    /// <inheritdoc/>
    public override LossOp Oracle => (arcs, heads, lengths, singleRoot, projective) => AllHeads.Each(arcs, lengths, singleRoot, projective, (all, b) =>
    {
        var score = all.Scores[all.Number(heads[b])];
        return score.isneginf().ToBoolean() ? tensor(double.PositiveInfinity, arcs.dtype) : all.LogPartition - score;
    });

    /// <inheritdoc/>
    public override Tensor[] Call(LossOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Heads!, x.Lengths, @case.SingleRoot, @case.Projective)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<LossOp, ArcCase>> OwnLaws =>
    [
        Own("no tree is more probable than all together", "The loss is never negative.", (op, c) =>
            Verdict.Require(Call(op, c, c.Drawn())[0].ge(-1e-9).all().ToBoolean(), "A loss is negative.")) with { Cases = 30 },
    ];
}

/// <summary>The hinge of dependency trees against the worst of all.</summary>
public sealed class HeadsHingeSpec : ArcSpec<HingeOp>
{
    /// <inheritdoc/>
    protected override bool TakesHeads => true;

    /// <inheritdoc/>
    protected override bool TakesTrees => true;

    /// <inheritdoc/>
    public override HingeOp Op => DependencyCrf.HeadsHinge;

    /// <inheritdoc/>
    public override HingeOp Oracle => (arcs, heads, lengths, singleRoot, projective, cost) => AllHeads.Each(arcs, lengths, singleRoot, projective, (all, b) =>
    {
        var gold = all.Number(heads[b]);
        var score = all.Scores[gold];
        if (score.isneginf().ToBoolean())
            return tensor(double.PositiveInfinity, arcs.dtype);
        var errors = all.Trees.Select(t => (double)t.Where((h, i) => h != all.Trees[gold][i]).Count()).ToArray();
        return (all.Scores + cost * tensor(errors)).max() - score;
    });

    /// <inheritdoc/>
    public override Gen<ArcCase> Cases =>
        from c in base.Cases
        from cost in Gen.Choose(0, 3)
        select c with { Cost = cost, Scale = c.Scale == 0 ? 1 : c.Scale };

    /// <inheritdoc/>
    public override bool SmoothAt(ArcCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case is { Forbidden: 0, Decimals: null };                 // at round numbers the worst tree may change: a kink
    }

    /// <inheritdoc/>
    public override bool IsTwiceDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(HingeOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        return [op(x.Arcs, x.Heads!, x.Lengths, @case.SingleRoot, @case.Projective, @case.Cost)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<HingeOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("a negative cost", "cost", () => [ones(1, 2, 2), zeros([1, 1], ScalarType.Int64)], (op, x) => op(x[0], x[1], null, true, false, -1)),
    ];
}
