using Lab.Core.Dense;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy that counts for more where classes meet: pixels on edges are few, and most mistakes are there.</summary>
    /// <remarks>
    /// <para>Formula, per pixel: <c>(1 + λ·edge)·w[y]·(log Z - z[y])</c>, with the edge's strength in <c>[0, 1]</c> by Sobel's filter on the
    /// label map (<see cref="LabelEdges.Sobel"/>).</para>
    /// <para>Gradient: that of <see cref="CrossEntropy"/>, times the same factor.</para>
    /// <para>Numerics, and ignored pixels: as with <see cref="CrossEntropy"/>; an ignored pixel makes no edge.</para>
    /// <para>Oracle: <c>nn.functional.cross_entropy</c> times edges summed up pixel by pixel.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="strength">λ, not negative: how much more a pixel on a straight edge counts.</param>
    /// <param name="weight">w, one factor per class, <c>[K]</c>, a constant; none means 1.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Nats per pixel, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or λ other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor EdgeWeightedCrossEntropy(
        Tensor logits, Tensor targets, double strength = 4, Tensor? weight = null, long ignoreIndex = DefaultIgnoreIndex)
    {
        MapShapes.Require(logits, targets, weight, ignoreIndex);
        Require.NotNegative(strength);

        using var scope = NewDisposeScope();
        var dtype = logits.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var factors = 1 + strength * LabelEdges.Sobel(targets, logits.size(1), ignoreIndex, dtype);
        return (factors.to(logits.dtype) * CrossEntropy(logits, targets, weight, ignoreIndex)).MoveToOuterDisposeScope();
    }
}
