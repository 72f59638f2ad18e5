using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Lovász-softmax: the IoU of each class as a loss, drawn out to probabilities in the only convex way that is tight.</summary>
    /// <remarks>
    /// <para>Formula, for one class: the Jaccard loss <c>Δ(M) = 1 - |G \ M| / |G ∪ M|</c> is a function of the set M of wrong pixels,
    /// with G the class's region. With the pixels' errors <c>m = |y - p|</c>, <c>p = softmax(z)</c>, sorted so that <c>m1 ≥ m2 ≥ ...</c>, the
    /// loss is <c>Σ m[i]·(Δ({1..i}) - Δ({1..i-1}))</c>; then the mean over the classes. Where every p is 0 or 1 it is 1 less the IoU.</para>
    /// <para>Gradient in m: the differences of Δ, which are <c>1 / U</c> for a pixel of the region and <c>(|G| - F) / (U·(U + 1))</c> for
    /// another one, with F pixels of the region before it, and U = |G| more than the others before it. Pixels with equal errors share
    /// a kink; there the one that comes first in the map counts as the greater.</para>
    /// <para>Numerics: the differences are computed in this form and not by subtraction, so they keep their digits in large maps. float16
    /// and bfloat16 are computed in float32. A pixel whose logits are all -∞ gives NaN, as with softmax.</para>
    /// <para>Ignored pixels are in no set: they have gradient 0, whatever their logits are. An image without any other has loss 0.</para>
    /// <para>Oracle: the integral of Δ over all thresholds of the error, set by set, in plain doubles. Source: Berman et al. 2018.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <param name="classes">Which classes the mean is over. An absent one costs its greatest false alarm.</param>
    /// <param name="scope">Whether the sets are of an image's pixels or of the whole batch's.</param>
    /// <returns>A number in <c>[0, 1]</c> per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor LovaszSoftmax(
        Tensor logits, Tensor targets, long ignoreIndex = DefaultIgnoreIndex,
        RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        RegionShapes.RequireChoices(classes, scope);

        using var disposing = NewDisposeScope();
        var z = Lovasz.Flat(logits);                                      // [B, K, N]
        var y = targets.reshape(z.size(0), z.size(2));                    // [B, N]
        var losses = LovaszKernel.Takes(z) ? LovaszKernel.Of(z, y, ignoreIndex, scope) : OfEachClass(z, y, ignoreIndex, scope);
        return RegionShapes.Mean(losses, Present(y, z.size(1), ignoreIndex, scope), classes, scope)
            .to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>One loss per image and class, <c>[B, K]</c>, or <c>[1, K]</c> for the whole batch.</summary>
    internal static Tensor OfEachClass(Tensor logits, Tensor targets, long ignoreIndex, RegionScope scope)
    {
        var ignored = (targets == ignoreIndex).unsqueeze(1);              // [B, 1, N]
        var p = Activation.Softmax(logits.masked_fill(ignored, 0), 1);
        var index = targets.unsqueeze(1).masked_fill(ignored, 0);
        var region = zeros_like(p, ScalarType.Bool).scatter(1, index, ignored.logical_not());
        var errors = where(region, 1 - p, p).masked_fill(ignored, 0);
        return Lovasz.Extension(
            Lovasz.Join(errors, scope), Lovasz.Join(region, scope), Lovasz.Join(ignored.logical_not().expand(p.shape), scope));
    }

    /// <summary>Whether each class is there, <c>[B, K]</c> or <c>[1, K]</c>.</summary>
    private static Tensor Present(Tensor targets, long classes, long ignoreIndex, RegionScope scope)
    {
        if (scope == RegionScope.Batch)
            targets = targets.reshape(1, -1);
        var ignored = targets == ignoreIndex;                             // [B, N]
        var counts = zeros([targets.size(0), classes], dtype: ScalarType.Int64, device: targets.device);
        return counts.scatter_add(1, targets.masked_fill(ignored, 0), ignored.logical_not().to(ScalarType.Int64));
    }
}
