using Lab.Core.Dense.Regions;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>What a box head has to learn from, as two numbers.</summary>
/// <param name="Classes">Nats per region, a scalar.</param>
/// <param name="Boxes">Of the true classes' deltas, a scalar.</param>
public sealed record RegionBoxLoss(Tensor Classes, Tensor Boxes);

public static partial class Loss
{
    /// <summary>Judges the second stage of a detector: what is in a region, and where its box should be.</summary>
    /// <remarks>
    /// <para>Formula, over the n regions of the sample: the mean cross-entropy of the logits; and <c>1/n·Σ smoothL1(delta - target)</c>, the sum over
    /// the four numbers of the true class, in regions that are objects. No regions cost 0.</para>
    /// <para>Gradient: none in deltas of other classes, and of background.</para>
    /// <para>Library ops: <c>cross_entropy</c>, <c>smooth_l1_loss</c> with beta 1/9, as in torchvision. Source: Girshick 2015, section 2.3.</para>
    /// </remarks>
    /// <param name="logits"><c>[S, K + 1]</c>, floating point, background last.</param>
    /// <param name="deltas"><c>[S, K, 4]</c>, of the dtype of <paramref name="logits"/>.</param>
    /// <param name="labels">Classes in [0, K), or K for background, <c>[S]</c>, int64.</param>
    /// <param name="targets">What <see cref="Region.EncodeBoxes"/> gives, <c>[S, 4]</c>; looked at in rows of objects alone.</param>
    /// <returns>Two scalars.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a label outside.</exception>
    public static RegionBoxLoss RegionBox(Tensor logits, Tensor deltas, Tensor labels, Tensor targets)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var S, > 1 and var outputs])
            throw Require.BadShape(logits, "[S, K + 1] with K >= 1");
        RequireDeltas(deltas, logits, [S, outputs - 1, 4], nameof(deltas));
        BoxShapes.RequireLabels(labels, S, outputs);
        Require.SameDevice(labels, logits);
        RequireDeltas(targets, logits, [S, 4], nameof(targets));

        using var scope = NewDisposeScope();
        var count = Math.Max(1, S);
        var rows = (labels < outputs - 1).nonzero().squeeze(1);                 // objects
        var kinds = labels.index_select(0, rows);
        var own = deltas.index_select(0, rows).gather(1, kinds.reshape(-1, 1, 1).expand(-1, 1, 4)).squeeze(1);
        var moved = SmoothL1(own, targets.index_select(0, rows), 1.0 / 9).sum();
        return new(
            (CrossEntropy(logits, labels).sum() / count).MoveToOuterDisposeScope(), (moved / count).MoveToOuterDisposeScope());
    }
}
