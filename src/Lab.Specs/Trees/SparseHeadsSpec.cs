using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, bool, bool, int, Lab.Core.Trees.SparseTrees>;

namespace Lab.Specs.Trees;

/// <summary>Sparse shares of arcs against an interior-point method over all trees; and, where there are too many, against what marks an optimum.</summary>
public sealed class SparseHeadsSpec : ArcSpec<Op>
{
    private const int Rounds = 1000;

    /// <inheritdoc/>
    public override Op Op => DependencyCrf.SparseHeads;

    /// <inheritdoc/>
    public override Op Oracle => (arcs, lengths, singleRoot, projective, _) =>
    {
        var places = arcs.size(1);
        var (rows, clear) = (new List<Tensor>(), true);
        for (var b = 0; b < arcs.size(0); b++)
        {
            var all = AllHeads.Of(arcs, lengths, singleRoot, projective, b);
            var possible = all.Scores.isneginf().logical_not().nonzero().squeeze(1);
            if (all.Trees[0].Length == 0 || possible.numel() == 0)
            {
                rows.Add(zeros([places, places], arcs.dtype));
                continue;
            }
            var cells = all.Trees.Select(tree => tree.Select((head, t) => head * places + t + 1)).ToArray();
            var parts = zeros([cells.Length, places * places], arcs.dtype)
                .scatter(1, tensor(cells.SelectMany(c => c).ToArray()).reshape(cells.Length, -1), ones([cells.Length, places * places], arcs.dtype));
            var sparse = SparseOracle.Over(parts.index_select(0, possible), all.Scores.index_select(0, possible));
            clear &= sparse.Clarity > 1e-6;
            rows.Add(sparse.Marginals.reshape(places, places));
        }
        var shares = stack([.. rows]);
        var none = zeros([0]);
        return new(clear ? shares : shares.detach(), none, none, none, none);
    };

    /// <inheritdoc/>
    public override Gen<ArcCase> Cases =>
        from c in ArcCase.Any
        from scale in Gen.Elements(0.3, 1.0, 1.0, 3.0, 1e3)               // without ties: there slopes are missing
        select c with
        {
            B = Math.Min(c.B, 2),
            Scale = scale,
            Extremes = [double.NegativeInfinity],
            ExtremesOfValue = [1e4, -1e4],
        };

    /// <inheritdoc/>
    public override bool SmoothAt(ArcCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var x = @case.Drawn();
        return @case.Forbidden == 0 && Enumerable.Range(0, @case.B).All(b =>
        {
            var all = AllHeads.Of(x.Arcs, x.Lengths, @case.SingleRoot, @case.Projective, b);
            if (all.Trees.Count < 2)
                return true;
            var common = new double[all.Trees.Count, all.Trees.Count];
            for (var i = 0; i < all.Trees.Count; i++)
                for (var j = 0; j < all.Trees.Count; j++)
                    common[i, j] = all.Trees[i].Zip(all.Trees[j], (one, other) => one == other ? 1.0 : 0.0).Sum();
            return SimplexProgram.Solve(all.Scores.data<double>().ToArray(), common).Clarity > 1e-4 * Math.Max(1, 5 * @case.Scale);
        });
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        var (arcs, heads, weights, rounds, gaps) = op(x.Arcs, x.Lengths, @case.SingleRoot, @case.Projective, Rounds);
        foreach (var other in new[] { heads, weights, rounds, gaps })
            other.Dispose();                                              // not unique, or not of the problem: own laws look at them
        return [arcs];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
        [.. base.BadInputs, new("no rounds", "rounds", () => [ones(1, 4, 4)], (op, x) => op(x[0], null, true, false, 0))];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ArcCase>> OwnLaws =>
    [
        Own("it is a mixture of few trees", "Shares are positive and sum to 1; what has one is a tree of the kind asked for, no two are the same, and their arcs, weighted, are the result.", (op, c) =>
        {
            var x = Long(c);
            var sparse = op(x.Arcs, x.Lengths, c.SingleRoot, c.Projective, Rounds);
            var (words, rebuilt) = (x.Arcs.size(1) - 1, zeros_like(sparse.Arcs));
            for (var b = 0; b < x.Arcs.size(0); b++)
            {
                var seen = new HashSet<string>();
                for (var n = 0; n < sparse.Weights.size(1); n++)
                {
                    var (share, tree) = (sparse.Weights[b, n].ToDouble(), Array.ConvertAll(sparse.Heads[b, n].data<long>().ToArray(), h => (int)h));
                    if (share < 0 || (share == 0 && tree.Any(h => h != DependencyCrf.NoHead)))
                        return Verdict.Fails("A share is negative, or a tree without one is named.");
                    if (share == 0)
                        continue;
                    tree = tree[..(x.Lengths is null ? (int)words : x.Lengths[b].ToInt32())];
                    if (!HeadTree.IsTree(tree) || (c.Projective && !HeadTree.IsProjective(tree)) || (c.SingleRoot && tree.Length > 0 && tree.Count(h => h == 0) != 1))
                        return Verdict.Fails($"The heads {string.Join(" ", tree)} are no tree of the kind.");
                    if (!seen.Add(string.Join(' ', tree)))
                        return Verdict.Fails("A tree has two shares.");
                    for (var t = 0; t < tree.Length; t++)
                        rebuilt[b, tree[t], t + 1] += share;
                }
            }
            var possible = DependencyCrf.BestHeads(x.Arcs, x.Lengths, c.SingleRoot, c.Projective).Scores.isneginf().logical_not();
            return Comparison.Same("sum of the shares", sparse.Weights.sum(1), possible.to(ScalarType.Float64), Tolerance)
                .Then(() => Comparison.Same("arcs", sparse.Arcs, rebuilt, Tolerance));
        }) with { Cases = 20 },
        Own("no tree would improve it", "Once each arc costs its share, no tree is worth more than those that have one: what marks the nearest mixture.", (op, c) =>
        {
            var x = Long(c with { Forbidden = 0 });
            var sparse = op(x.Arcs, x.Lengths, c.SingleRoot, c.Projective, Rounds);
            var reduced = x.Arcs - sparse.Arcs;
            var best = DependencyCrf.BestHeads(reduced, x.Lengths, c.SingleRoot, c.Projective).Scores;
            var have = (sparse.Arcs * reduced).sum([1, 2]);
            return Comparison.Same("worth of the mixture", have, best, new Tolerance(1e-11, 1e-9))
                .Then(() => Verdict.Require(sparse.Gaps.ge(0).logical_and(sparse.Gaps.le(1e-9 * Math.Max(1, c.Scale))).all().ToBoolean(), "The gap is not 0."));
        }) with { Cases = 20 },
        Own("a mixture of trees is its own nearest", "Asked for the mixture nearest to one that it gave, it gives that one.", (op, c) =>
        {
            var x = Long(c with { Forbidden = 0 });
            var once = op(x.Arcs, x.Lengths, c.SingleRoot, c.Projective, Rounds).Arcs;
            return Comparison.Same("arcs", op(once, x.Lengths, c.SingleRoot, c.Projective, Rounds).Arcs, once, new Tolerance(0, 1e-7));
        }) with { Cases = 10 },
        Own("sharper scores lead to the best tree", "Multiplied by ever more, they leave one tree a share of 1.", (op, c) =>
        {
            if (c.Decimals is not null)
                return Verdict.DoesNotApply;                              // ties stay ties
            var x = Long(c with { Scale = 1, Forbidden = 0 });
            var heads = DependencyCrf.BestHeads(x.Arcs, x.Lengths, c.SingleRoot, c.Projective).Heads;
            var expected = zeros_like(x.Arcs);
            expected.narrow(2, 1, heads.size(1)).scatter_(1, heads.clamp(min: 0).unsqueeze(1), heads.ge(0).unsqueeze(1).to(ScalarType.Float64));
            return Comparison.Same("arcs", op(x.Arcs * 1e7, x.Lengths, c.SingleRoot, c.Projective, Rounds).Arcs, expected, Tolerance);
        }) with { Cases = 10 },
        Own("a score that is no number spoils its own row alone", "NaN and +∞ give NaN, and the other row is as before.", (op, c) =>
        {
            var x = (c with { B = 2, Ragged = false, Forbidden = 0 }).Drawn();
            return new[] { double.NaN, double.PositiveInfinity }.Aggregate(Verdict.Holds, (verdict, bad) => verdict.Then(() =>
            {
                var arcs = x.Arcs.clone();
                arcs[0, 0, c.T] = bad;
                var (got, before) = (op(arcs, null, c.SingleRoot, c.Projective, Rounds), op(x.Arcs, null, c.SingleRoot, c.Projective, Rounds));
                return Verdict.Require(got.Weights[0].isnan().all().ToBoolean() && got.Arcs[0, 0, c.T].isnan().ToBoolean(), $"{bad} gives numbers.")
                    .Then(() => Comparison.Same("other row", got.Arcs[1], before.Arcs[1], Tolerance));
            }));
        }) with { Cases = 8 },
    ];

    /// <summary>Sentences with far too many trees to look at each.</summary>
    private static ArcTensors Long(ArcCase c) => (c with { B = 2, T = c.T + 4 }).Drawn();
}
