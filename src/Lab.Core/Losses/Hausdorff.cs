using Lab.Core.Dense;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Hausdorff loss: squared mistakes, each weighted by how far it lies from the true boundary and from the predicted one.</summary>
    /// <remarks>
    /// <para>Formula, per pixel: <c>(1/K)·Σ (p[k] - y[k])²·(d[k]^α + e[k]^α)</c> with <c>p = softmax(z)</c>, y 0 or 1, and d and e the
    /// distances in pixels to the other side of class k's region, as it is and as it is predicted (where <c>p > ½</c>). The Hausdorff
    /// distance is the greatest such distance of a mistake; with a larger α the loss comes nearer to it.</para>
    /// <para>Gradient: that of the squares; the distances are constants, since a prediction's region changes in jumps. So the value jumps
    /// where a probability passes ½, and the gradient does not say so.</para>
    /// <para>Numerics: bounded by the map's diagonal to the α. A region that fills the map, or is empty, is at distance 0 from nothing: its
    /// term is 0. float16 and bfloat16 are computed in float32, and a value above 65504 is then ∞ in float16.</para>
    /// <para>Ignored pixels give loss 0 and gradient 0, and no distance is measured to them.</para>
    /// <para>Oracle: distances over all pairs of pixels, in plain doubles. Source: Karimi and Salcudean 2019, section II-B.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="alpha">α, positive: how much more a distant mistake counts.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Pixels of distance to the α, per pixel, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or α other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Hausdorff(Tensor logits, Tensor targets, double alpha = 2, long ignoreIndex = DefaultIgnoreIndex)
    {
        MapShapes.Require(logits, targets, null, ignoreIndex);
        Require.Positive(alpha);

        using var scope = NewDisposeScope();
        var (p, regions, valid) = MapShapes.Maps(logits, targets, ignoreIndex);
        var mistakes = (p - regions.to(p.dtype)).square().masked_fill(valid.logical_not(), 0);
        var far = Far(regions) + Far(p.detach() > 0.5);
        return (mistakes * far).mean([1]).to(logits.dtype).MoveToOuterDisposeScope();

        // The signed distance is to the boundary, half a pixel short of the other side; 0 is that of no boundary.
        Tensor Far(Tensor maps)
        {
            var signed = DistanceTransform.SignedEuclidean(maps, valid, p.dtype).abs();
            return (signed + 0.5).masked_fill(signed == 0, 0).pow(alpha);
        }
    }
}
