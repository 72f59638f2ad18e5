using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 08, solved.</summary>
public static class Lab
{
    /// <summary>How far each class's region is from being found.</summary>
    /// <remarks>Formula, for one class of one image: <c>1 - 2·Σ p·y / (Σ p + Σ y)</c> with <c>p = softmax(z)</c> and y 0 or 1; then the mean over the classes that the image's targets show. 0 where every pixel is ignored.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss an image, <c>[B]</c></returns>
    public static Tensor Dice(Tensor logits, Tensor targets, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var z = logits.unsqueeze(-1).flatten(2);                                  // [B, K, N], with or without extra dimensions
        var y = targets.unsqueeze(-1).flatten(1);                                 // [B, N]
        var ignored = y == ignoreIndex;
        var p = z.masked_fill(ignored.unsqueeze(1), 0).softmax(1).masked_fill(ignored.unsqueeze(1), 0);
        var t = F.one_hot(y.masked_fill(ignored, 0), z.size(1)).transpose(1, 2).to(p.dtype).masked_fill(ignored.unsqueeze(1), 0);
        var (common, mass) = (2 * (p * t).sum(2), p.sum(2) + t.sum(2));
        var present = t.sum(2) > 0;                                               // [B, K]
        var losses = (1 - common / mass.masked_fill(present.logical_not(), 1)).masked_fill(present.logical_not(), 0);
        return (losses.sum(1) / present.sum(1).clamp(min: 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Cross-entropy that thinks less of pixels that are sure and right.</summary>
    /// <remarks>Formula: <c>-(1 - p)^γ·log p</c>, with p the probability of the target; 0 where the target is <c>ignoreIndex</c>. Near p = 1 the plain formula has the gradient 0·∞ for γ below 1.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="gamma">γ, not negative</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss a pixel, <c>[B, ...]</c></returns>
    public static Tensor Focal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;
        var z = logits.masked_fill(ignored.unsqueeze(1), 0);
        var index = targets.masked_fill(ignored, 0).unsqueeze(1);                 // [B, 1, ...]
        var own = z.gather(1, index).squeeze(1);
        var others = Activation.LogSumExp(z.scatter(1, index, full_like(index, double.NegativeInfinity, z.dtype)), 1, false);
        var alone = others.isneginf();                                            // no other class can be
        var odds = own - others.masked_fill(alone, 0);                            // log (p / (1 - p))
        var none = zeros_like(odds);
        var (logP, logMiss) = (-logaddexp(-odds, none), -logaddexp(odds, none));
        return (-(gamma * logMiss).exp() * logP).masked_fill(alone.logical_or(ignored), 0).MoveToOuterDisposeScope();
    }

    /// <summary>The IoU of each class as a loss.</summary>
    /// <remarks>Formula, for one class of one image: errors <c>m = 1 - p</c> in the class's region and <c>m = p</c> outside; sorted so that m₁ ≥ m₂ ≥ ..., the loss is <c>Σ mᵢ·(Jᵢ - Jᵢ₋₁)</c> with <c>Jᵢ = 1 - (G - Fᵢ) / (G + Rᵢ)</c>: G pixels in the region, Fᵢ of the first i in it, Rᵢ not, J₀ = 0. Then the mean over the classes that the image shows. Of equal errors the first pixel counts as the greater.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss an image, <c>[B]</c></returns>
    public static Tensor LovaszSoftmax(Tensor logits, Tensor targets, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var z = logits.unsqueeze(-1).flatten(2);                                  // [B, K, N], with or without extra dimensions
        var y = targets.unsqueeze(-1).flatten(1);                                 // [B, N]
        var ignored = y == ignoreIndex;
        var p = z.masked_fill(ignored.unsqueeze(1), 0).softmax(1).masked_fill(ignored.unsqueeze(1), 0);
        var t = F.one_hot(y.masked_fill(ignored, 0), z.size(1)).transpose(1, 2).to(p.dtype).masked_fill(ignored.unsqueeze(1), 0);
        var fg = t > 0;
        var errors = where(fg, 1 - p, p).masked_fill(ignored.unsqueeze(1), -1);   // ignored pixels come last
        var (sorted, order) = errors.sort(2, descending: true, stable: true);
        var inside = t.gather(2, order);
        var outside = (1 - t).masked_fill(ignored.unsqueeze(1), 0).gather(2, order);
        var region = t.sum(2, keepdim: true);
        var jaccard = 1 - (region - inside.cumsum(2)) / (region + outside.cumsum(2)).clamp(min: 1);
        var step = jaccard - cat([zeros_like(jaccard.narrow(2, 0, 1)), jaccard.narrow(2, 0, jaccard.size(2) - 1)], 2);
        var losses = (sorted.clamp_min(0) * step).sum(2);                         // [B, K]
        var present = t.sum(2) > 0;                                               // [B, K]
        return (losses.masked_fill(present.logical_not(), 0).sum(1) / present.sum(1).clamp(min: 1)).MoveToOuterDisposeScope();
    }
}
