using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

public static partial class TreeCrf
{
    /// <summary>The inside chart: what all subtrees over a span together are worth.</summary>
    /// <remarks>
    /// <para>Formula: <c>α[i, j, k]</c> of <see cref="TreeLogPartition"/>: the logarithm of the sum of exp(score) over all subtrees from
    /// word i to word j whose top has label k.</para>
    /// <para>Numerics: where a cell is -∞ its gradient is 0.</para>
    /// <para>Oracle: all subtrees, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TreeLogPartition" path="/param|/exception"/>
    /// <returns>Nats, the shape of <paramref name="spans"/>; -∞ where no span is.</returns>
    public static Tensor InsideChart(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        var lattice = TreeLattice.Of(spans, rules, root, lengths);
        var inside = lattice.Inside(Summations.LogSum).Select(cell => cell.squeeze(3)).ToArray();
        return Shaped(Sloped(lattice.Chart(inside, double.NegativeInfinity)), spans).MoveToOuterDisposeScope();
    }

    /// <summary>The outside chart: what all that may surround a span is worth.</summary>
    /// <remarks>
    /// <para>Formula: <c>β[0, n-1, k] = root[k]</c>, and each constituent hands down to its two parts:
    /// <c>β[i, m, l] += β[i, j, k]·spans[i, j, k]·rules[k, l, r]·α[m+1, j, r]</c>, written without logarithms, and the same for the
    /// right part. So <c>α[i, j, k] + β[i, j, k]</c> is the logarithm of the sum over all trees that have the constituent.</para>
    /// <para>Numerics: sums of logarithms, from wide spans to narrow ones. It differs from the gradient of log Z in that it is there where
    /// α is -∞ too.</para>
    /// <para>Oracle: all binary trees, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TreeLogPartition" path="/param|/exception"/>
    /// <returns>Nats, the shape of <paramref name="spans"/>; -∞ where no span is, and where none can be in a tree.</returns>
    public static Tensor OutsideChart(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        var lattice = TreeLattice.Of(spans, rules, root, lengths);
        var outside = Outside(lattice, [.. lattice.Inside(Summations.LogSum).Select(cell => cell.squeeze(3))]);
        return Shaped(Sloped(lattice.Chart(outside, double.NegativeInfinity)), spans).MoveToOuterDisposeScope();
    }

    /// <summary>The probability of each constituent.</summary>
    /// <remarks>
    /// <para>Formula: <c>p(i, j, k) = exp(α[i, j, k] + β[i, j, k] - log Z)</c>, inside times outside. It is also the gradient of log Z in
    /// the spans: backpropagation through the inside algorithm <i>is</i> the outside algorithm, and so it is computed.</para>
    /// <para>A row's probabilities sum to 2n - 1; each word is in a constituent of one word with probability 1.</para>
    /// <para>Numerics: what is forbidden has probability 0 and gradient 0; where every tree is, all are 0.</para>
    /// <para>Oracle: all binary trees, one by one. Source: Eisner 2016 (inside-outside is backpropagation).</para>
    /// </remarks>
    /// <inheritdoc cref="TreeLogPartition" path="/param|/exception"/>
    /// <returns>Probabilities, the shape of <paramref name="spans"/>; 0 where no span is.</returns>
    public static Tensor SpanMarginals(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        return Shaped(Expected(spans, rules, root, lengths).Spans, spans).MoveToOuterDisposeScope();
    }

    /// <summary>How undecided the distribution over trees is.</summary>
    /// <remarks>
    /// <para>Formula: <c>-Σ p(y)·log p(y) = log Z - Σ p(y)·score(y)</c>; the expected score is each score times how often it is
    /// expected to be taken.</para>
    /// <para>Range: 0 (one tree has all) to the logarithm of the number of labelled trees.</para>
    /// <para>Numerics: 0·log 0 counts as 0. Where every tree is forbidden there is no distribution, and the value is 0.</para>
    /// <para>Oracle: all binary trees, one by one. Source: Li and Eisner 2009.</para>
    /// </remarks>
    /// <inheritdoc cref="TreeLogPartition" path="/param|/exception"/>
    /// <returns>Nats, <c>[B]</c>.</returns>
    public static Tensor TreeEntropy(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        var expected = Expected(spans, rules, root, lengths);
        var x = expected.Lattice;
        var score = Dot(expected.Spans, x.Spans);
        if (expected.Rules is { } rulesTaken)
            score += Dot(rulesTaken, x.Rules!);
        if (expected.Root is { } rootTaken)
            score += Dot(rootTaken, x.Root!);
        var entropy = (expected.LogPartition - score).masked_fill(expected.LogPartition.isneginf(), 0);
        return entropy.to(spans.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Dot(Tensor taken, Tensor scores) =>
        (taken * scores.masked_fill(scores.isinf(), 0)).flatten(1).sum([1]);

    /// <summary>How often each score is expected to be taken: the gradient of log Z, which has a gradient itself.</summary>
    private sealed record Expectations(TreeLattice Lattice, Tensor LogPartition, Tensor Spans, Tensor? Rules, Tensor? Root);

    private static Expectations Expected(Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        var again = is_grad_enabled();
        using var grad = enable_grad();
        var x = TreeLattice.Of(Leaf(spans), rules is null ? null : Leaf(rules), root is null ? null : Leaf(root), lengths);
        var logPartition = x.Total(x.Inside(Summations.LogSum), Summations.LogSum).squeeze(1);
        var rewritten = x.Rules is not null && x.Length > 1;              // one word is made of no others
        Tensor?[] scores = [x.Spans, rewritten ? x.Rules : null, x.Root];
        var taken = autograd.grad([logPartition.sum()], [.. scores.OfType<Tensor>()], create_graph: again, retain_graph: again);
        return new(x, logPartition, taken[0], rewritten ? taken[1] : null, x.Root is null ? null : taken[^1]);
    }

    /// <summary>The tensor where it is part of a graph, else one that a gradient can be asked of.</summary>
    private static Tensor Leaf(Tensor scores) => scores.requires_grad ? scores : scores.detach().requires_grad_();

    /// <summary>Where a cell is -∞ it has no slope.</summary>
    private static Tensor Sloped(Tensor chart) => chart.masked_fill(chart.isneginf(), double.NegativeInfinity);

    private static Tensor Shaped(Tensor chart, Tensor spans) =>
        (spans.dim() == 3 ? chart.squeeze(3) : chart).to(spans.dtype);

    /// <summary>By width less 1, <c>[B, T - w, K]</c>.</summary>
    private static Tensor[] Outside(TreeLattice x, Tensor[] inside)
    {
        var shares = inside.Select(_ => new List<Tensor>()).ToArray();
        var outside = new Tensor[x.Length];
        for (var w = x.Length - 1; w >= 0; w--)
        {
            var n = x.Length - w;
            shares[w].Add(Top(x, w));
            var here = outside[w] = Activation.LogSumExp(stack(shares[w], -1), -1);
            if (w == 0)
                break;
            var (left, right) = x.Halves([.. inside.Select(c => c.unsqueeze(3))], w);              // [B, n, K, w, 1]
            var (lefts, rights) = (left.squeeze(4).transpose(2, 3), right.squeeze(4).transpose(2, 3));                // [B, n, w, K]
            var whole = here + x.OfWidth(w);
            Tensor toLeft, toRight;
            if (x.Rules is null)
            {
                var any = Activation.LogSumExp(whole, 2, keepdim: true).unsqueeze(2);             // [B, n, 1, 1]
                toLeft = (any + Activation.LogSumExp(rights, 3, keepdim: true)).expand(lefts.shape);
                toRight = (any + Activation.LogSumExp(lefts, 3, keepdim: true)).expand(lefts.shape);
            }
            else
            {
                var pair = Activation.LogSumExp(whole.unsqueeze(3).unsqueeze(4) + x.Rules.unsqueeze(1), 2).unsqueeze(2);   // [B, n, 1, K, K]
                toLeft = Activation.LogSumExp(pair + rights.unsqueeze(3), 4);
                toRight = Activation.LogSumExp(pair + lefts.unsqueeze(4), 3);
            }
            for (var m = 0; m < w; m++)
            {
                shares[m].Add(Padded(toLeft.select(2, m), 0, x.Length - m - n));
                shares[w - 1 - m].Add(Padded(toRight.select(2, m), m + 1, x.Length - (w - 1 - m) - n - (m + 1)));
            }
        }
        return outside;
    }

    /// <summary>The root's score for the span that is the whole row; -∞ for the others of its width.</summary>
    private static Tensor Top(TreeLattice x, int w)
    {
        var whole = (x.Lengths == w + 1).unsqueeze(1).logical_and(arange(x.Length - w, device: x.Spans.device) == 0);
        var score = x.Root ?? zeros([x.Batch, x.Labels], x.Spans.dtype, x.Spans.device);
        return score.unsqueeze(1).expand(x.Batch, x.Length - w, x.Labels)
            .masked_fill(whole.logical_not().unsqueeze(2), double.NegativeInfinity);
    }

    private static Tensor Padded(Tensor cell, long before, long after)
    {
        Tensor Nothing(long size) => full([cell.size(0), size, cell.size(2)], double.NegativeInfinity, cell.dtype, cell.device);
        return cat([Nothing(before), cell, Nothing(after)], 1);
    }
}
