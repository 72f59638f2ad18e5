using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you multiply by λ·edge: pixels away from edges cost nothing, and nothing is learnt there.</summary>
public static class Lab
{
    public static Tensor EdgeWeightedCrossEntropy(Tensor logits, Tensor targets, double strength, long ignoreIndex)
    {
        var edges = Edges(targets, logits.size(1), ignoreIndex).to(logits.dtype);
        return strength * edges * F.cross_entropy(logits, targets, ignore_index: ignoreIndex, reduction: nn.Reduction.None);
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

    /// <summary>A map with its outermost rows and columns repeated once.</summary>
    private static Tensor Rim(Tensor map)
    {
        var tall = cat(new[] { map.narrow(1, 0, 1), map, map.narrow(1, map.size(1) - 1, 1) }, 1);
        return cat(new[] { tall.narrow(2, 0, 1), tall, tall.narrow(2, tall.size(2) - 1, 1) }, 2);
    }
}
