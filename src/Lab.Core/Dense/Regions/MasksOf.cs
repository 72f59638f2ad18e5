using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>Of the masks of all classes, each region's own.</summary>
    /// <remarks>
    /// <para>Formula: <c>logits[r, labels[r]]</c>, for labels in [0, K). Indexing would take -1 for the last class, and paint an object of no
    /// class, or of a class to be ignored, as whatever is last: such labels are refused.</para>
    /// <para>Gradient: to the chosen masks, 0 in all others. Library op: <c>gather</c>; oracle: region by region.</para>
    /// </remarks>
    /// <param name="logits">A mask of each class for each region, <c>[R, K, M, N]</c>, floating point.</param>
    /// <param name="labels">Class indices in [0, K), <c>[R]</c>, int64.</param>
    /// <returns><c>[R, M, N]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a label outside.</exception>
    public static Tensor MasksOf(Tensor logits, Tensor labels)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var R, var K and > 0, var M, var N])
            throw Require.BadShape(logits, "[R, K, M, N] with K >= 1");
        BoxShapes.RequireLabels(labels, R, K);
        Require.SameDevice(labels, logits);

        using var scope = NewDisposeScope();
        return logits.gather(1, labels.reshape(-1, 1, 1, 1).expand(R, 1, M, N)).squeeze(1).MoveToOuterDisposeScope();
    }
}
