using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 09, solved.</summary>
public static class Lab
{
    /// <summary>How strong an edge of a label map is, at every pixel.</summary>
    /// <remarks>Formula, for each class: <c>√(gx² + gy²) / 4</c> of the class's map of 0 and 1, with Sobel's <c>gx = [-1 0 1; -2 0 2; -1 0 1]</c> and gy its transpose; the greatest over the classes, at most 1. Beyond the rim the outermost pixels go on; an ignored neighbour counts as being like the pixel itself, and an ignored pixel has strength 0.</remarks>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, H, W]</c>, int64</param>
    /// <param name="classes">K</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>strengths in [0, 1], <c>[B, H, W]</c>, float64</returns>
    public static Tensor Sobel(Tensor targets, long classes, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;
        var strongest = zeros(targets.shape, ScalarType.Float64);
        for (var k = 0L; k < classes; k++)
        {
            var one = Rim((targets == k).to(ScalarType.Float64));                // edges repeated one pixel outward
            var hidden = Rim(ignored.to(ScalarType.Float64));
            var own = (targets == k).to(ScalarType.Float64);
            Tensor Seen(long dy, long dx)                                        // what a pixel sees at a neighbour; itself where that is ignored
            {
                var (value, gone) = (one.narrow(1, 1 + dy, own.size(1)).narrow(2, 1 + dx, own.size(2)), hidden.narrow(1, 1 + dy, own.size(1)).narrow(2, 1 + dx, own.size(2)));
                return where(gone > 0, own, value);
            }
            var gx = Seen(-1, 1) + 2 * Seen(0, 1) + Seen(1, 1) - Seen(-1, -1) - 2 * Seen(0, -1) - Seen(1, -1);
            var gy = Seen(1, -1) + 2 * Seen(1, 0) + Seen(1, 1) - Seen(-1, -1) - 2 * Seen(-1, 0) - Seen(-1, 1);
            strongest = maximum(strongest, (gx.square() + gy.square()).sqrt() / 4);
        }
        return strongest.clamp(max: 1).masked_fill(ignored, 0).MoveToOuterDisposeScope();
    }

    /// <summary>A map with its outermost rows and columns repeated once.</summary>
    private static Tensor Rim(Tensor map)
    {
        var tall = cat(new[] { map.narrow(1, 0, 1), map, map.narrow(1, map.size(1) - 1, 1) }, 1);
        return cat(new[] { tall.narrow(2, 0, 1), tall, tall.narrow(2, tall.size(2) - 1, 1) }, 2);
    }

    /// <summary>Cross-entropy that looks harder beside edges.</summary>
    /// <remarks>Formula: <c>(1 + λ·edge)·(log Σ exp(z) - z[y])</c>, pixel by pixel, with the edges of Sobel above; 0 where the target is ignored.</remarks>
    /// <param name="logits"><c>[B, K, H, W]</c></param>
    /// <param name="targets"><c>[B, H, W]</c>, int64</param>
    /// <param name="strength">λ, not negative</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss a pixel, <c>[B, H, W]</c></returns>
    public static Tensor EdgeWeightedCrossEntropy(Tensor logits, Tensor targets, double strength, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var edges = Edges(targets, logits.size(1), ignoreIndex).to(logits.dtype);
        var z = logits.masked_fill((targets == ignoreIndex).unsqueeze(1), 0);       // what is ignored may be NaN
        return ((1 + strength * edges) * F.cross_entropy(z, targets, ignore_index: ignoreIndex, reduction: nn.Reduction.None)).MoveToOuterDisposeScope();
    }

    private static Tensor Edges(Tensor targets, long classes, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var strongest = zeros(targets.shape, ScalarType.Float64);
        for (var k = 0L; k < classes; k++)
        {
            var one = Rim((targets == k).to(ScalarType.Float64));                // edges repeated one pixel outward
            var hidden = Rim(ignored.to(ScalarType.Float64));
            var own = (targets == k).to(ScalarType.Float64);
            Tensor Seen(long dy, long dx)                                        // what a pixel sees at a neighbour; itself where that is ignored
            {
                var (value, gone) = (one.narrow(1, 1 + dy, own.size(1)).narrow(2, 1 + dx, own.size(2)), hidden.narrow(1, 1 + dy, own.size(1)).narrow(2, 1 + dx, own.size(2)));
                return where(gone > 0, own, value);
            }
            var gx = Seen(-1, 1) + 2 * Seen(0, 1) + Seen(1, 1) - Seen(-1, -1) - 2 * Seen(0, -1) - Seen(1, -1);
            var gy = Seen(1, -1) + 2 * Seen(1, 0) + Seen(1, 1) - Seen(-1, -1) - 2 * Seen(-1, 0) - Seen(-1, 1);
            strongest = maximum(strongest, (gx.square() + gy.square()).sqrt() / 4);
        }
        return strongest.clamp(max: 1).masked_fill(ignored, 0);
    }

    /// <summary>How far every pixel is from the boundary of a region: negative inside.</summary>
    /// <remarks>The boundary lies halfway between a pixel inside and its neighbour outside. Outside: the distance to the nearest pixel of the region, less ½. Inside: ½ less the distance to the nearest pixel that is not in it. Without a boundary, 0.</remarks>
    /// <param name="mask">true in the region, boolean, <c>[..., H, W]</c></param>
    /// <returns>pixels, the shape of the mask, float64</returns>
    public static Tensor SignedEuclidean(Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (mask.size(-2), mask.size(-1));
        var region = mask.flatten(-2, -1).unsqueeze(-2);                          // [..., 1, N]
        var y = arange(height, dtype: ScalarType.Float64).unsqueeze(1).expand(height, width).flatten();
        var x = arange(width, dtype: ScalarType.Float64).unsqueeze(0).expand(height, width).flatten();
        var apart = ((y.unsqueeze(1) - y).square() + (x.unsqueeze(1) - x).square()).sqrt();        // [N, N]
        var toRegion = where(region, apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var toRest = where(region.logical_not(), apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var signed = where(region.squeeze(-2), 0.5 - toRest, toRegion - 0.5);
        return signed.masked_fill(signed.isinf(), 0).reshape(mask.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Each pixel's probability costs its distance to the boundary.</summary>
    /// <remarks>Formula, pixel by pixel: <c>(1/K)·Σ φ[k]·p[k]</c> with <c>p = softmax(z)</c> and φ[k] the signed distance to the boundary of class k's region.</remarks>
    /// <param name="logits"><c>[B, K, H, W]</c></param>
    /// <param name="targets"><c>[B, H, W]</c>, int64, nothing ignored</param>
    /// <returns><c>[B, H, W]</c>, of either sign</returns>
    public static Tensor Boundary(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var p = logits.softmax(1);
        var regions = F.one_hot(targets, logits.size(1)).permute(0, 3, 1, 2) > 0;             // [B, K, H, W]
        return (Distances(regions).to(p.dtype) * p).mean([1]).MoveToOuterDisposeScope();
    }

    private static Tensor Distances(Tensor mask)
    {
        var (height, width) = (mask.size(-2), mask.size(-1));
        var region = mask.flatten(-2, -1).unsqueeze(-2);                          // [..., 1, N]
        var y = arange(height, dtype: ScalarType.Float64).unsqueeze(1).expand(height, width).flatten();
        var x = arange(width, dtype: ScalarType.Float64).unsqueeze(0).expand(height, width).flatten();
        var apart = ((y.unsqueeze(1) - y).square() + (x.unsqueeze(1) - x).square()).sqrt();        // [N, N]
        var toRegion = where(region, apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var toRest = where(region.logical_not(), apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var signed = where(region.squeeze(-2), 0.5 - toRest, toRegion - 0.5);
        return signed.masked_fill(signed.isinf(), 0).reshape(mask.shape);
    }
}
