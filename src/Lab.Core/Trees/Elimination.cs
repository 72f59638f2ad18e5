using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>The matrix-tree theorem without a subtraction: words leave the graph one by one, and the paths through them stay.</summary>
/// <remarks>
/// With a single root, the root's arcs weigh ε each, and log Z is the logarithm of the coefficient of ε. Of each sum only the leading power of
/// ε matters, and only sums over a word's heads can lack the power 0: where every head of a word is forbidden or gone, the root alone is
/// left, and what hangs on the word then hangs on a root that is already paid for.
/// </remarks>
internal static class Elimination
{
    public static Tensor LogPartition(ArcLattice lattice, bool singleRoot)
    {
        var words = lattice.Places - 1;
        var none = lattice.Words.logical_not();
        var arcs = lattice.IntoWords.narrow(1, 1, words);                 // [B, T, T]: words on words
        var root = lattice.IntoWords.select(1, 0);                        // [B, T]
        var nothing = full_like(root, double.NegativeInfinity);
        var free = (singleRoot ? nothing : root).masked_fill(none, 0);    // weighs 1; a place without a word is worth nothing
        var paid = singleRoot ? root : nothing;                           // weighs ε
        var (factors, powers) = (new List<Tensor>(), new List<Tensor>());
        for (var v = words - 1; v >= 0; v--)
        {
            using var step = NewDisposeScope();
            var (before, freeHere, paidHere) = (arcs.select(2, v).narrow(1, 0, v), free.narrow(1, v, 1), paid.narrow(1, v, 1));
            var without = Activation.LogSumExp(cat([before, freeHere], 1), 1, keepdim: true);      // [B, 1]
            var onRoot = without.isneginf();
            var factor = where(onRoot, paidHere, without);
            factors.Add(factor.MoveToOuterDisposeScope());
            powers.Add(onRoot.MoveToOuterDisposeScope());
            if (v == 0)
                break;
            var after = arcs.select(1, v).narrow(1, 0, v);                // [B, v]
            var scale = factor.masked_fill(factor.isneginf(), 0);
            var loop = eye(v, dtype: ScalarType.Bool, device: arcs.device);
            var through = ((before - scale).unsqueeze(2) + after.unsqueeze(1)).masked_fill(loop, double.NegativeInfinity);
            var freed = where(onRoot, zeros_like(scale), freeHere - scale) + after;
            var owed = (paidHere - scale).masked_fill(onRoot, double.NegativeInfinity) + after;
            (arcs, free, paid) = step.MoveToOuter(
                Either(arcs.narrow(1, 0, v).narrow(2, 0, v), through), Either(free.narrow(1, 0, v), freed), Either(paid.narrow(1, 0, v), owed));
        }
        var total = cat(factors, 1).sum(1);
        var wanted = singleRoot ? (lattice.Lengths > 0).to(ScalarType.Int64) : zeros_like(lattice.Lengths);
        var roots = cat(powers, 1).sum(1, type: ScalarType.Int64);
        return total.masked_fill((roots > wanted).logical_or(total.isneginf()), double.NegativeInfinity);
    }

    private static Tensor Either(Tensor a, Tensor b) => Activation.LogSumExp(stack([a, b], -1), -1);
}
