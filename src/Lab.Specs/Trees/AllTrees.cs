using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>A constituent: from word to word, both included, and its label.</summary>
internal readonly record struct Constituent(int First, int Last, int Label);

/// <summary>A constituent that is made of two others, by their labels.</summary>
internal readonly record struct Rewriting(int Label, int Left, int Right);

/// <summary>A labelled binary tree.</summary>
internal sealed record BinaryTree(IReadOnlyList<Constituent> Constituents, IReadOnlyList<Rewriting> Rewritings)
{
    public int Top => Constituents[^1].Label;
}

/// <summary>Every labelled binary tree of one row, one by one: the oracle of the CRF over trees.</summary>
/// <param name="Trees">All trees.</param>
/// <param name="Scores"><c>[W]</c>, differentiable.</param>
internal sealed record AllTrees(IReadOnlyList<BinaryTree> Trees, Tensor Scores)
{
    private static readonly ConcurrentDictionary<(int First, int Last, int Labels), BinaryTree[]> known = new();

    public Tensor LogPartition => LogSum(Scores);

    /// <summary>Probabilities, not differentiable; all 0 where nothing is possible.</summary>
    public double[] Probabilities => Scores.exp().sum().ToDouble() is 0 && Scores.isneginf().all().ToBoolean()
        ? new double[Trees.Count]
        : [.. (Scores.detach() - Scores.detach().amax(0)).softmax(0).data<double>()];

    public static AllTrees Of(TreeTensors x, int row)
    {
        var (places, labels) = ((int)x.Spans.size(1), x.Spans.dim() == 4 ? (int)x.Spans.size(3) : 1);
        var words = x.Lengths is null ? places : x.Lengths[row].ToInt32();
        if (words == 0)
            return new([], zeros(1, dtype: x.Spans.dtype));
        var trees = Between(0, words - 1, labels);
        var scores = Taken(x.Spans[row].reshape(-1), trees, t => t.Constituents.Select(c => ((long)c.First * places + c.Last) * labels + c.Label));
        if (x.Rules is not null && words > 1)
            scores += Taken(x.Rules.reshape(-1), trees, t => t.Rewritings.Select(r => ((long)r.Label * labels + r.Left) * labels + r.Right));
        if (x.Root is not null)
            scores += Taken(x.Root, trees, t => [t.Top]);
        return new(trees, scores);
    }

    public static Tensor Each(TreeTensors x, Func<AllTrees, int, Tensor> number) =>
        stack([.. Enumerable.Range(0, (int)x.Spans.size(0)).Select(b => number(Of(x, b), b))]);

    /// <summary>The number of the tree that is written in a chart of labels; 0 for an empty row.</summary>
    public int Number(Tensor tree)
    {
        var cells = tree.data<long>().ToArray();
        var places = (int)tree.size(0);
        return Trees.Count == 0 ? 0 : Trees.ToList().FindIndex(t => t.Constituents.All(c => cells[c.First * places + c.Last] == c.Label));
    }

    /// <summary>A tree, as a chart of labels.</summary>
    public Tensor Written(int number, int places)
    {
        var chart = full([places, places], -1, ScalarType.Int64);
        foreach (var c in Trees.Count == 0 ? [] : Trees[number].Constituents)
            chart[c.First, c.Last] = c.Label;
        return chart;
    }

    public static Tensor LogSum(Tensor scores)
    {
        var some = scores.isneginf().logical_not().nonzero().squeeze(1);
        return some.numel() == 0 ? tensor(double.NegativeInfinity, scores.dtype) : scores.index_select(0, some).logsumexp(0);
    }

    /// <summary>All trees over a span, the constituents from the bottom up: the top comes last.</summary>
    public static BinaryTree[] Between(int first, int last, int labels) => known.GetOrAdd((first, last, labels), _ => [.. Made(first, last, labels)]);

    private static IEnumerable<BinaryTree> Made(int first, int last, int labels)
    {
        for (var label = 0; label < labels; label++)
        {
            if (first == last)
                yield return new([new(first, last, label)], []);
            for (var split = first; split < last; split++)
                foreach (var left in Between(first, split, labels))
                    foreach (var right in Between(split + 1, last, labels))
                        yield return new(
                            [.. left.Constituents, .. right.Constituents, new(first, last, label)],
                            [.. left.Rewritings, .. right.Rewritings, new(label, left.Top, right.Top)]);
        }
    }

    private static Tensor Taken(Tensor scores, BinaryTree[] trees, Func<BinaryTree, IEnumerable<long>> places)
    {
        var index = trees.SelectMany(places).ToArray();
        return scores.index_select(0, tensor(index)).reshape(trees.Length, index.Length / trees.Length).sum([1]);
    }
}
