using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>
/// Eisner's chart of half-spans. A complete one has its head at one end, and nothing more to come on that side; an incomplete one is an arc
/// between its ends and what hangs below it. Two ends to remember in place of three: T³ steps, and no two arcs cross.
/// </summary>
internal static class EisnerChart
{
    /// <summary>What all projective trees are worth, <c>[B]</c>, in the sense of the summation.</summary>
    public static Tensor Total(ArcLattice lattice, bool singleRoot, Summation sum)
    {
        var none = lattice.Words.logical_not();
        // Behind a row's end arcs are worth 0, so that no -∞ meets another there; nothing of it is read.
        var arcs = lattice.IntoWords.masked_fill(none.unsqueeze(1), 0);
        return singleRoot ? OneRoot(lattice, arcs, sum) : AnyRoots(lattice, arcs, sum);
    }

    private static Tensor AnyRoots(ArcLattice lattice, Tensor arcs, Summation sum)
    {
        var column = full([lattice.Batch, lattice.Places, 1], double.NegativeInfinity, arcs.dtype, arcs.device);
        var (right, _) = Complete(cat([column, arcs], 2), sum);           // the root is the first place
        var fromRoot = stack([.. right.Select(cell => cell.select(1, 0))], 1);                     // [B, T + 1]
        return fromRoot.gather(1, lattice.Lengths.unsqueeze(1)).squeeze(1);
    }

    private static Tensor OneRoot(ArcLattice lattice, Tensor arcs, Summation sum)
    {
        var words = lattice.Places - 1;
        var (right, left) = Complete(arcs.narrow(1, 1, words), sum);
        var before = stack([.. left.Select(cell => cell.select(1, 0))], 1);                        // [B, T]: from the first word to the root's
        var padded = stack([.. right.Select((cell, w) => cat([cell, zeros([lattice.Batch, w], cell.dtype, cell.device)], 1))], 2);
        var place = arange(words, device: arcs.device);
        var rest = (lattice.Lengths.unsqueeze(1) - 1 - place).clamp(min: 0);                       // [B, T]: words behind the root's
        var after = padded.gather(2, rest.unsqueeze(2)).squeeze(2);
        var each = (arcs.select(1, 0) + before + after).masked_fill(lattice.Words.logical_not(), double.NegativeInfinity);
        return sum(each).squeeze(1).masked_fill(lattice.Lengths == 0, 0);
    }

    /// <summary>Complete half-spans with the head at the left end, and at the right: by width less 1, <c>[B, N - w]</c>.</summary>
    private static (List<Tensor> Right, List<Tensor> Left) Complete(Tensor arcs, Summation sum)
    {
        var (batch, places) = (arcs.size(0), (int)arcs.size(1));
        var start = zeros([batch, places], arcs.dtype, arcs.device);
        var (right, left) = (new List<Tensor> { start }, new List<Tensor> { start });
        var (rightArc, leftArc) = (new List<Tensor> { start }, new List<Tensor> { start });        // the first of each is never read
        for (var w = 1; w < places; w++)
        {
            using var step = NewDisposeScope();
            var n = places - w;
            Tensor Sum(Func<int, Tensor> one, Func<int, Tensor> other) => sum(stack(
                [.. Enumerable.Range(0, w).Select(m => one(m).narrow(1, 0, n) + other(m))], 2)).squeeze(2);
            var joined = Sum(m => right[m], m => left[w - 1 - m].narrow(1, m + 1, n));
            var (toRight, toLeft) = step.MoveToOuter(joined + arcs.diagonal(w, 1, 2), joined + arcs.diagonal(-w, 1, 2));
            rightArc.Add(toRight);
            leftArc.Add(toLeft);
            var (completeRight, completeLeft) = step.MoveToOuter(
                Sum(m => rightArc[m + 1], m => right[w - m - 1].narrow(1, m + 1, n)),
                Sum(m => left[m], m => leftArc[w - m].narrow(1, m, n)));
            right.Add(completeRight);
            left.Add(completeLeft);
        }
        return (right, left);
    }
}
