using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>The parts of the loss of a set, each one number.</summary>
/// <param name="Class">Cross-entropy or focal loss over all queries, <c>[]</c>.</param>
/// <param name="Box">L1 distance of matched boxes, <c>[]</c>.</param>
/// <param name="Overlap">1 - GIoU of matched boxes, <c>[]</c>.</param>
/// <param name="Cardinality">By how many the number of objects found is wrong, a mean over pictures; without gradient, <c>[]</c>.</param>
/// <param name="Total">The first three, each by its weight, <c>[]</c>.</param>
public sealed record SetLosses(Tensor Class, Tensor Box, Tensor Overlap, Tensor Cardinality, Tensor Total);

/// <summary>The loss of a set of predictions, as DETR defines it.</summary>
public static class SetCriterion
{
    /// <summary>The loss where it is known which query answers for which target.</summary>
    /// <remarks>
    /// <para>Formula: a matched query's class is its target's, all others' "no object"; cross-entropy over all queries of the batch as a weighted mean,
    /// with <see cref="SetWeights.NoObject"/> for "no object". Or the focal kind, summed and divided by n. Boxes:
    /// <c>Σ |b̂ - b|₁ / n</c> and <c>Σ (1 - GIoU) / n</c> over all matched pairs of the batch, with n the number of targets in it, at least 1. A mean
    /// per picture would make an object among many count less than one that is alone.</para>
    /// <para>Gradient: that of the parts; what is matched is taken as given. Numerics: a batch without a target has box losses 0 and gradient 0.</para>
    /// <para>Oracle: query by query. Source: Carion et al. 2020, section 3.1 and appendix A.2.</para>
    /// </remarks>
    /// <param name="output">What the queries say.</param>
    /// <param name="targets">What there is.</param>
    /// <param name="queries">The query of each target, <c>[B, M]</c>, int64, none twice in a picture; <see cref="Matching.Unmatched"/> for none.</param>
    /// <param name="weights">What counts how much; null for DETR's.</param>
    /// <returns>The parts, of the dtype of the logits.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static SetLosses OfMatch(QueryOutput output, SetTargets targets, Tensor queries, SetWeights? weights = null)
    {
        weights ??= new();
        Matching.RequireSets(output, targets, weights);
        RequireQueries(queries, output, targets);

        using var scope = NewDisposeScope();
        var (B, Q) = (output.Logits.size(0), output.Logits.size(1));
        var matched = targets.Valid().logical_and(queries >= 0);                    // [B, M]
        var count = targets.Counts.sum().to(output.Logits.dtype).clamp(min: 1);

        var (pictures, places) = (matched.nonzero().select(1, 0), queries.masked_select(matched));
        var flat = pictures * Q + places;                                           // queries of the batch, one after the other
        var labels = targets.Labels.masked_select(matched);
        var boxes = output.Boxes.reshape(B * Q, 4).index_select(0, flat);
        var trueBoxes = targets.Boxes.masked_select(matched.unsqueeze(2).expand(targets.Boxes.shape)).reshape(-1, 4);
        var distance = Loss.AbsoluteError(boxes, trueBoxes).sum() / count;
        var overlap = Loss.BoxOverlap(Matching.Corners(boxes), Matching.Corners(trueBoxes)).sum() / count;

        var logits = output.Logits.reshape(B * Q, output.Logits.size(2));
        var (classes, cardinality) = weights.Kind == ClassKind.Softmax
            ? Softmax(logits, flat, labels, weights)
            : Focal(logits, flat, labels, count, weights);
        var missed = (cardinality.reshape(B, Q).sum(1) - targets.Counts).abs().to(logits.dtype).mean();
        var total = weights.Class * classes + weights.Box * distance + weights.Overlap * overlap;
        return new(
            classes.MoveToOuterDisposeScope(), distance.MoveToOuterDisposeScope(), overlap.MoveToOuterDisposeScope(),
            missed.MoveToOuterDisposeScope(), total.MoveToOuterDisposeScope());
    }

    /// <summary>The loss of all layers of a decoder, each matched for itself.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="OfMatch"/> by <see cref="Matching.HungarianMatcher"/>, summed over the layers: each learns to answer alone, which brings
    /// gradients to the first ones. The cardinality error is the last layer's.</para>
    /// <para>It does not matter in which order queries or targets stand: the value is the same, and gradients move along.</para>
    /// <para>Gradient and numerics: as there. Oracle: all assignments. Source: Al-Rfou et al. 2019 and Carion et al. 2020 for auxiliary losses.</para>
    /// </remarks>
    /// <param name="layers">What the queries say after each layer, the last last; 1 or more.</param>
    /// <param name="targets">What there is.</param>
    /// <param name="weights">What counts how much; null for DETR's.</param>
    /// <returns>The parts, summed.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static SetLosses OfLayers(IReadOnlyList<QueryOutput> layers, SetTargets targets, SetWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            throw new ArgumentException("layers must hold one output or more, got none.", nameof(layers));

        using var scope = NewDisposeScope();
        SetLosses? sum = null;
        foreach (var layer in layers)
        {
            var losses = OfMatch(layer, targets, Matching.HungarianMatcher(layer, targets, weights), weights);
            sum = sum is null ? losses : new(
                sum.Class + losses.Class, sum.Box + losses.Box, sum.Overlap + losses.Overlap, losses.Cardinality, sum.Total + losses.Total);
        }
        foreach (var part in new[] { sum!.Class, sum.Box, sum.Overlap, sum.Cardinality, sum.Total })
            part.MoveToOuterDisposeScope();
        return sum;
    }

    /// <summary>The loss, and which queries claim an object.</summary>
    private static (Tensor Loss, Tensor Found) Softmax(Tensor logits, Tensor flat, Tensor labels, SetWeights weights)
    {
        var none = logits.size(1) - 1;
        var wanted = full([logits.size(0)], none, ScalarType.Int64, logits.device).index_copy(0, flat, labels);
        var weight = ones(none + 1, logits.dtype, logits.device);
        weight[none] = weights.NoObject;
        var each = weight.index_select(0, wanted);
        var loss = Loss.CrossEntropy(logits, wanted, weight).sum() / (logits.size(0) > 0 ? each.sum() : 1);
        return (loss, logits.detach().argmax(1) != none);
    }

    private static (Tensor Loss, Tensor Found) Focal(Tensor logits, Tensor flat, Tensor labels, Tensor count, SetWeights weights)
    {
        var K = logits.size(1);
        var wanted = zeros([logits.size(0) * K], logits.dtype, logits.device)
            .index_fill(0, flat * K + labels, 1).reshape(logits.shape);
        var loss = Loss.SigmoidFocal(logits, wanted, weights.Gamma, weights.Alpha).sum() / count;
        return (loss, (logits.detach() > 0).any(1));                                // more likely some class than not
    }

    private static void RequireQueries(Tensor queries, QueryOutput output, SetTargets targets)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.dtype != ScalarType.Int64)
            throw new ArgumentException($"queries must be of dtype Int64, got {queries.dtype}.", nameof(queries));
        Require.Shape(queries, targets.Labels.shape);
        Require.SameDevice(queries, targets.Labels);
        Require.Between(queries, Matching.Unmatched, output.Logits.size(1) - 1);
    }
}
