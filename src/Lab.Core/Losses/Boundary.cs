using Lab.Core.Dense;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Boundary loss: each pixel's probability costs what its distance to the boundary says, outside; and pays as much, inside.</summary>
    /// <remarks>
    /// <para>Formula, per pixel: <c>(1/K)·Σ φ[k]·p[k]</c> with <c>p = softmax(z)</c> and φ the <see cref="DistanceTransform.SignedEuclidean"/>
    /// distance to the boundary of class k's region, in pixels. Its sum over an image is, but for a constant, the distance between the
    /// boundary of the truth and that of the prediction, integrated along them.</para>
    /// <para>Gradient: <c>p[k]·(φ[k] - Σ φ·p) / K</c>: a mistake far from the boundary is pushed hard, one beside it hardly.</para>
    /// <para>It is linear in p and negative where all is right: only differences mean something. Alone it may end in an empty prediction;
    /// the paper adds it to a <see cref="Dice"/> loss, with a share that grows. Two classes have distances of opposite signs, so this
    /// is the paper's loss of one of them up to a constant.</para>
    /// <para>Numerics: bounded by the map's diagonal. A class that an image lacks, or that fills it, has no boundary and costs nothing.
    /// float16 and bfloat16 are computed in float32.</para>
    /// <para>Ignored pixels give loss 0 and gradient 0, and no distance is measured to them.</para>
    /// <para>Oracle: distances over all pairs of pixels, in plain doubles. Source: Kervadec et al. 2019.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Pixels of distance per pixel, <c>[B, H, W]</c>, of either sign.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Boundary(Tensor logits, Tensor targets, long ignoreIndex = DefaultIgnoreIndex)
    {
        MapShapes.Require(logits, targets, null, ignoreIndex);

        using var scope = NewDisposeScope();
        var (p, regions, valid) = MapShapes.Maps(logits, targets, ignoreIndex);
        var distances = DistanceTransform.SignedEuclidean(regions, valid, p.dtype); // [B, K, H, W], 0 where ignored
        return (distances * p).mean([1]).to(logits.dtype).MoveToOuterDisposeScope();
    }
}
