using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using BestOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, bool, bool, Lab.Core.Trees.FoundHeads>;

namespace Lab.Specs.Trees;

/// <summary>The best dependency tree against the best of all: its score, and the score that its arcs really have.</summary>
public sealed class BestHeadsSpec : ArcSpec<BestOp>
{
    /// <inheritdoc/>
    public override BestOp Op => DependencyCrf.BestHeads;

    /// <inheritdoc/>
    public override BestOp Oracle => (arcs, lengths, singleRoot, projective) =>
        new(empty(0), AllHeads.Each(arcs, lengths, singleRoot, projective, (all, _) => all.Scores.max()));

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override int MostCases => 100;

    /// <inheritdoc/>
    public override Tensor[] Call(BestOp op, ArcCase @case, ArcTensors x)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(x);
        var (heads, scores) = op(x.Arcs, x.Lengths, @case.SingleRoot, @case.Projective);
        heads.Dispose();                                                  // which of equal trees is given is open
        return [scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<BestOp, ArcCase>> OwnLaws =>
    [
        Own("what is found is a tree of the kind asked for, and has its score",
            "The heads run in no circle, one word hangs on the root and no arcs cross where that was asked for; HeadsScore gives the score.", (op, c) =>
        {
            var x = (c with { T = c.T + 5 }).Drawn();
            var (heads, scores) = op(x.Arcs, x.Lengths, c.SingleRoot, c.Projective);
            for (var b = 0; b < c.B; b++)
            {
                var words = x.Lengths is null ? c.T + 5 : x.Lengths[b].ToInt32();
                var row = Array.ConvertAll(heads[b].data<long>().ToArray(), h => (int)h);
                if (row[words..].Any(h => h != DependencyCrf.NoHead))
                    return Verdict.Fails("A place without a word has a head.");
                row = row[..words];
                if (scores[b].isneginf().ToBoolean())
                {
                    if (row.Any(h => h != DependencyCrf.NoHead))
                        return Verdict.Fails("There is no tree, and yet there are heads.");
                    continue;
                }
                if (!HeadTree.IsTree(row) || (c.Projective && !HeadTree.IsProjective(row)) || (c.SingleRoot && words > 0 && row.Count(h => h == 0) != 1))
                    return Verdict.Fails($"The heads {string.Join(" ", row)} are no tree of the kind.");
            }
            var there = scores.isneginf().logical_not();
            var real = DependencyCrf.HeadsScore(x.Arcs, where(heads.lt(0), arange(c.T + 5), heads), x.Lengths);
            return Comparison.Same("score", scores, real.masked_fill(there.logical_not(), double.NegativeInfinity), Tolerance);
        }) with { Cases = 60 },
        Own("it scores at least as well as any tree made by changing one head", "No word has a better head that keeps the heads a tree, in long sentences too.", (op, c) =>
        {
            var n = c.T + 8;
            var x = (c with { B = 1, T = n, Ragged = false, Forbidden = 0 }).Drawn();
            var arcs = x.Arcs[0];
            var best = Array.ConvertAll(op(x.Arcs, null, c.SingleRoot, c.Projective).Heads[0].data<long>().ToArray(), h => (int)h);
            for (var word = 1; word <= n; word++)
                for (var head = 0; head <= n; head++)
                {
                    var other = (int[])best.Clone();
                    other[word - 1] = head;
                    if (head == word || !HeadTree.IsTree(other) || (c.Projective && !HeadTree.IsProjective(other)) || (c.SingleRoot && other.Count(h => h == 0) != 1))
                        continue;
                    if (arcs[head, word].ToDouble() > arcs[best[word - 1], word].ToDouble() + 1e-9 * Math.Max(1, c.Scale))
                        return Verdict.Fails($"Word {word} would rather hang on {head} than on {best[word - 1]}.");
                }
            return Verdict.Holds;
        }) with { Cases = 15 },
    ];
}
