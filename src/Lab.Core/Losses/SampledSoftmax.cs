using Lab.Core.Runtime;
using Lab.Core.Sampling;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Softmax cross-entropy over a large vocabulary, with a sample of it standing for all classes but the target.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Ẑ - z[y]</c> with logits <c>z[k] = w[k]·x + b[k]</c> and <c>Ẑ = exp z[y] + Σ exp(z[k] - log E[n[k]])</c> over the
    /// sampled k ≠ y. Each sampled class stands for those that were not drawn: the division by its expected count
    /// makes Ẑ equal to <c>Z = Σ exp z[k]</c> on average.</para>
    /// <para>The target is there by right and not by chance, so its own logit is not corrected, and where the sample has it, it is
    /// left out (it would count twice). Correct the target too, as some libraries do, and the loss no longer
    /// converges to the full one.</para>
    /// <para>With every class sampled once it is the full cross-entropy. On average over samples it is never above it, and for S
    /// independent draws below by at most <c>Var / (S·Z·exp z[y])</c>, with Var = the variance of <c>exp(z[k]) / q[k]</c>, 0 for
    /// k = y, over one draw from q. The mean gradient at the target's logit is above that of the full loss by at most
    /// <c>Var / (S·Z²)</c>. The loss itself is not one to report: for perplexities use all classes.</para>
    /// <para>Gradient: that of a softmax over target and sample. It reaches only their rows of w and b, but is stored for all.</para>
    /// <para>Numerics: safe for finite logits of any size.</para>
    /// <para>Oracle: the formula, example by example; expectations by enumeration. Sources: Bengio and Senécal 2008; Jean et al.
    /// 2015, section 3.</para>
    /// </remarks>
    /// <param name="features">x, <c>[B, D]</c> with D >= 1, floating point.</param>
    /// <param name="weight">w, <c>[V, D]</c>, the dtype of <paramref name="features"/>: that of a <see cref="Heads.LinearHead"/>.</param>
    /// <param name="bias">b, <c>[V]</c>, the same dtype, or none.</param>
    /// <param name="targets">y, class indices in <c>[0, V)</c> or <paramref name="ignoreIndex"/>, <c>[B]</c>, int64.</param>
    /// <param name="sample">Classes, the same for all examples, of <see cref="ClassSampler"/>; a constant, of any floating dtype.</param>
    /// <param name="ignoreIndex">The target to leave out: loss 0, gradient 0.</param>
    /// <returns>Nats per example, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor SampledSoftmax(
        Tensor features, Tensor weight, Tensor? bias, Tensor targets, ClassSample sample, long ignoreIndex = DefaultIgnoreIndex)
    {
        RequireSampled(features, weight, bias, targets, sample, ignoreIndex);

        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;                             // [B]
        var truth = targets.masked_fill(ignored, 0);
        var rows = features.masked_fill(ignored.unsqueeze(1), 0);
        var own = (rows * weight.index_select(0, truth)).sum(-1);         // [B]
        var others = rows.matmul(weight.index_select(0, sample.Classes).t());   // [B, S]
        if (bias is not null)
            (own, others) = (own + bias.index_select(0, truth), others + bias.index_select(0, sample.Classes));
        var corrected = others - sample.LogExpectedCounts.detach().to(features.dtype);
        var hits = sample.Classes == truth.unsqueeze(1);                  // [B, S]
        var logits = cat([own.unsqueeze(1), corrected.masked_fill(hits, double.NegativeInfinity)], 1);
        return CrossEntropy(logits, zeros_like(truth)).masked_fill(ignored, 0).MoveToOuterDisposeScope();
    }

    private static void RequireSampled(
        Tensor features, Tensor weight, Tensor? bias, Tensor targets, ClassSample sample, long ignoreIndex)
    {
        EmbeddingShapes.RequireBatch(features);
        Require.SameDtype(weight, features);
        if (weight.shape is not [> 0 and var classes, var width] || width != features.size(1))
            throw Require.BadShape(weight, $"[V, {features.size(1)}] with V >= 1");
        Require.SameDevice(weight, features);
        if (bias is not null)
        {
            Require.SameDtype(bias, features);
            Require.Shape(bias, [classes]);
            Require.SameDevice(bias, features);
        }
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, [features.size(0)]);
        Require.SameDevice(targets, features);
        Require.ClassIndices(targets, classes, ignoreIndex);

        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(sample.Classes, nameof(sample));
        if (sample.Classes.shape is not [> 0 and var count])
            throw Require.BadShape(sample.Classes, "[S] with S >= 1", nameof(sample));
        Require.SameDevice(sample.Classes, features, nameof(sample));
        Require.ClassIndices(sample.Classes, classes, 0, nameof(sample));
        Require.FloatingPoint(sample.LogExpectedCounts, nameof(sample));
        Require.Shape(sample.LogExpectedCounts, [count], nameof(sample));
        Require.SameDevice(sample.LogExpectedCounts, features, nameof(sample));
    }
}
