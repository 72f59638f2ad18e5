using Lab.Core.Activations;
using Lab.Core.Runtime;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy over directions, one per class, with a margin of angle to the right one: vectors of a class gather closely.</summary>
    /// <remarks>
    /// <para>Formula: softmax cross-entropy of <see cref="Activation.AngularMargin"/> of <c>cos(x, w[k])</c>. With m = 0 it is the
    /// loss of a cosine classifier.</para>
    /// <para>Gradient: none along a vector or a direction: lengths are free. Bounded, unlike that in the cosines.</para>
    /// <para>Numerics: lengths of any size are safe; a zero vector has cosine 0 with every class.</para>
    /// <para>Oracle: <c>cross_entropy</c> of logits by <c>cosine_similarity</c>, <c>acos</c> and <c>cos</c>. Source: Deng et al. 2019
    /// (ArcFace), equation 3.</para>
    /// </remarks>
    /// <param name="vectors">x, embeddings, <c>[B, D]</c> with D >= 1, floating point.</param>
    /// <param name="directions">w, one vector per class, learned with the network, <c>[K, D]</c> with K >= 1, the dtype of
    /// <paramref name="vectors"/>.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B]</c>, int64.</param>
    /// <param name="margin">m, in radians, in <c>[0, π/2]</c>.</param>
    /// <param name="scale">s, positive.</param>
    /// <param name="ignoreIndex">The target to leave out: loss 0, gradient 0.</param>
    /// <returns>Nats per example, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, margin or scale other than those above, or (on the CPU) an index
    /// outside.</exception>
    public static Tensor ArcFace(
        Tensor vectors, Tensor directions, Tensor targets, double margin = 0.5, double scale = 64,
        long ignoreIndex = DefaultIgnoreIndex)
    {
        EmbeddingShapes.RequireBatch(vectors);
        Require.SameDtype(directions, vectors);
        var width = vectors.size(1);
        if (directions.shape is not [> 0, var size] || size != width)
            throw Require.BadShape(directions, $"[K, {width}] with K >= 1");
        Require.SameDevice(directions, vectors);
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, [vectors.size(0)]);
        Require.SameDevice(targets, vectors);
        Require.ClassIndices(targets, directions.size(0), ignoreIndex);
        Activation.RequireMargin(margin);
        Require.Positive(scale);

        using var scope = NewDisposeScope();
        var cosines = Activation.L2Normalize(vectors).matmul(Activation.L2Normalize(directions).t());   // [B, K]
        return CrossEntropy(Activation.TurnTargets(cosines, targets, margin, scale, ignoreIndex), targets, null, ignoreIndex)
            .MoveToOuterDisposeScope();
    }
}
