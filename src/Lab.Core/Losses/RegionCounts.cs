using Lab.Core.Activations;
using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>
/// The sums that losses of regions are made of. With p the probabilities and y 0 or 1, over the pixels that are not ignored:
/// <c>Σ p·y</c>, <c>Σ p</c> and <c>Σ y</c>, as <c>[3, B, K]</c>: one of each per image and class.
/// </summary>
internal static class RegionCounts
{
    /// <summary>Of a softmax over the classes, against class indices.</summary>
    public static Tensor OfClasses(Tensor logits, Tensor targets, long ignoreIndex)
    {
        logits = Wide(logits);
        return Forms.KernelTakes(logits, dim: 1) && !ClassGrid.Of(logits, 1).IsRows
            ? RegionCountsKernel.Of(logits, targets, ignoreIndex)
            : Sums(logits, targets, ignoreIndex);
    }

    /// <summary>Of a sigmoid for each label, against labels from 0 to 1.</summary>
    public static Tensor OfLabels(Tensor logits, Tensor labels, Tensor? mask)
    {
        var (z, y) = (Wide(logits), Wide(labels.detach()));
        if (mask is not null)
            (z, y) = (z.masked_fill(mask.logical_not(), 0), y.masked_fill(mask.logical_not(), 0));
        var p = Activation.Sigmoid(z);
        return Sums(mask is null ? p : p * mask, y);
    }

    private static Tensor Sums(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var ignored = (targets == ignoreIndex).unsqueeze(1);              // [B, 1, ...]
        var counts = ignored.logical_not().to(logits.dtype);
        var p = Activation.Softmax(logits.masked_fill(ignored, 0), 1) * counts;
        var y = zeros_like(p).scatter(1, targets.unsqueeze(1).masked_fill(ignored, 0), counts);
        return Sums(p, y);
    }

    private static Tensor Sums(Tensor p, Tensor y)
    {
        return stack([Sum(p * y), Sum(p), Sum(y)]);                       // [3, B, K]

        static Tensor Sum(Tensor t) => t.dim() == 2 ? t : t.flatten(2).sum(2);
    }

    /// <summary>A 16-bit float cannot count the pixels of a 256 x 256 image.</summary>
    private static Tensor Wide(Tensor t) => t.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? t.to(ScalarType.Float32) : t;
}
