using Lab.Core.Dense.Regions;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>What a region proposal network has to learn from, as two numbers.</summary>
/// <param name="Objectness">Nats per anchor of the sample, a scalar.</param>
/// <param name="Boxes">Of the deltas, a scalar.</param>
public sealed record RegionProposalLoss(Tensor Objectness, Tensor Boxes);

public static partial class Loss
{
    /// <summary>Judges the first stage of a detector: is an anchor an object, and where is its box.</summary>
    /// <remarks>
    /// <para>Formula, over the n anchors of the sample: the mean binary cross-entropy of the logits, against 1 for objects and 0 for background; and
    /// <c>1/n·Σ smoothL1(delta - target)</c>, the sum over the four numbers of the objects alone. Divided by all n, not by the objects, so
    /// that one anchor of an object counts the same however few there are. An empty sample costs 0.</para>
    /// <para>Gradient: none in anchors that are not in the sample, and in deltas of background.</para>
    /// <para>Library ops: <c>binary_cross_entropy_with_logits</c>, <c>smooth_l1_loss</c> with beta 1/9, as in torchvision. Source: Ren et al. 2015, equation
    /// 1 (where the second term is divided by the number of places, and weighted by 10: about the same).</para>
    /// </remarks>
    /// <param name="objectness">Logits, <c>[N]</c>, floating point: all anchors of a batch, image after image.</param>
    /// <param name="deltas"><c>[N, 4]</c>, of the dtype of <paramref name="objectness"/>.</param>
    /// <param name="targets">What <see cref="Region.EncodeBoxes"/> gives, <c>[N, 4]</c>; looked at in rows of objects alone.</param>
    /// <param name="sample">Numbers of anchors, of <see cref="Region.SampleBoxes"/>, in [0, N).</param>
    /// <returns>Two scalars.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static RegionProposalLoss RegionProposal(Tensor objectness, Tensor deltas, Tensor targets, BoxSample sample)
    {
        Require.FloatingPoint(objectness);
        if (objectness.shape is not [var N])
            throw Require.BadShape(objectness, "[N]");
        RequireDeltas(deltas, objectness, [N, 4], nameof(deltas));
        RequireDeltas(targets, objectness, [N, 4], nameof(targets));
        ArgumentNullException.ThrowIfNull(sample);
        RequireAnchors(sample.Positives);
        RequireAnchors(sample.Negatives);

        using var scope = NewDisposeScope();
        var (objects, background) = (objectness.index_select(0, sample.Positives), objectness.index_select(0, sample.Negatives));
        var count = Math.Max(1, objects.numel() + background.numel());
        var sure = BinaryCrossEntropyWithLogits(objects, ones_like(objects)).sum() + BinaryCrossEntropyWithLogits(background, zeros_like(background)).sum();
        var moved = SmoothL1(deltas.index_select(0, sample.Positives), targets.index_select(0, sample.Positives), 1.0 / 9).sum();
        return new((sure / count).MoveToOuterDisposeScope(), (moved / count).MoveToOuterDisposeScope());

        void RequireAnchors(Tensor numbers)
        {
            ArgumentNullException.ThrowIfNull(numbers, nameof(sample));
            BoxShapes.RequireIndices(numbers, [numbers.numel()], N, "numbers of anchors", nameof(sample));
            Require.SameDevice(numbers, objectness, nameof(sample));
        }
    }

    private static void RequireDeltas(Tensor deltas, Tensor like, ReadOnlySpan<long> shape, string name)
    {
        Require.FloatingPoint(deltas, name);
        Require.SameDtype(deltas, like, name, "the logits");
        Require.Shape(deltas, shape, name);
        Require.SameDevice(deltas, like, name, "the logits");
    }
}
