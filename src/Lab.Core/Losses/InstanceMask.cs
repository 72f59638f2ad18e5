using Lab.Core.Dense.Regions;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Judges masks in boxes: binary cross-entropy on the mask of the true class, and on no other.</summary>
    /// <remarks>
    /// <para>Formula: <c>1/(M·N)·Σ softplus(z) - t·z</c> over the pixels, with z the logits of the true class's mask.</para>
    /// <para>Classes do not compete for pixels: which class it is, another head says. Hence a sigmoid per mask and no softmax.</para>
    /// <para>Gradient: <c>(σ(z) - t)/(M·N)</c> in the mask of the true class, 0 in all others.</para>
    /// <para>Labels are checked: an index of -1 would pick the last class, and train its masks in silence.</para>
    /// <para>Library op: <c>binary_cross_entropy_with_logits</c> of the chosen masks. Source: He et al. 2017, section 3.</para>
    /// </remarks>
    /// <param name="logits">A mask of each class for each region, <c>[R, K, M, N]</c>, floating point.</param>
    /// <param name="labels">Class indices in [0, K), <c>[R]</c>, int64.</param>
    /// <param name="targets">Which pixels of the region are the object's, in [0, 1], <c>[R, M, N]</c>, of the dtype of the logits.</param>
    /// <returns>Nats per pixel, one number per region, <c>[R]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a label or target outside.</exception>
    public static Tensor InstanceMask(Tensor logits, Tensor labels, Tensor targets)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var R, var K and > 0, var M and > 0, var N and > 0])
            throw Require.BadShape(logits, "[R, K, M, N] with K, M, N >= 1");
        BoxShapes.RequireLabels(labels, R, K);
        Require.SameDevice(labels, logits);
        Require.SameDtype(targets, logits);
        Require.Shape(targets, [R, M, N]);
        Require.SameDevice(targets, logits);
        Require.Probabilities(targets);

        using var scope = NewDisposeScope();
        return BinaryCrossEntropyWithLogits(Region.MasksOf(logits, labels), targets).mean([1, 2]).MoveToOuterDisposeScope();
    }
}
