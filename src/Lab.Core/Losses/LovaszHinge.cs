using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Lovász hinge: the IoU of one yes-or-no map as a loss, drawn out to logits as the hinge draws out the count of mistakes.</summary>
    /// <remarks>
    /// <para>Formula: the Lovász extension of the Jaccard loss, as in <see cref="LovaszSoftmax"/>, at the errors
    /// <c>m = max(0, 1 - z·(2y - 1))</c>: 0 where the logit is on the right side by a margin of 1. For logits of -1 and 1 it is twice
    /// 1 less the IoU.</para>
    /// <para>Gradient in z: <c>-(2y - 1)</c> times the steps of the Jaccard loss, 0 beyond the margin. Pixels with equal errors share a
    /// kink; there the one that comes first in the map counts as the greater.</para>
    /// <para>Numerics: nothing can overflow. float16 and bfloat16 are computed in float32.</para>
    /// <para>Without a single yes the loss is the greatest error. A map that is masked out altogether has loss 0.</para>
    /// <para>Oracle: the integral of the Jaccard loss over all thresholds of the error, set by set, in plain doubles. Source: Yu and
    /// Blaschko 2015; Berman et al. 2018.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised scores of "yes", <c>[B, ...]</c>: one per pixel, floating point.</param>
    /// <param name="targets">y, 0 or 1, the shape and dtype of <paramref name="logits"/>.</param>
    /// <param name="mask">True where a pixel counts, of a shape that broadcasts to the logits'; none means everywhere. Elsewhere neither
    /// logits nor targets matter.</param>
    /// <param name="scope">Whether the sets are of an image's pixels or of the whole batch's.</param>
    /// <returns>A number from 0 up per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) a target that counts and is
    /// neither 0 nor 1.</exception>
    public static Tensor LovaszHinge(
        Tensor logits, Tensor targets, Tensor? mask = null, RegionScope scope = RegionScope.Image)
    {
        Require.FloatingPoint(logits);
        if (logits.dim() == 0)
            throw Require.BadShape(logits, "[B, ...]");
        Require.SameDtype(targets, logits);
        Require.Shape(targets, logits.shape);
        Require.SameDevice(targets, logits);
        RegionShapes.RequireMask(mask, logits);
        RegionShapes.RequireChoices(RegionClasses.Present, scope);

        using var disposing = NewDisposeScope();
        var counted = mask is null ? ones_like(logits, ScalarType.Bool) : mask.expand(logits.shape);
        var yes = targets.detach().masked_fill(counted.logical_not(), 0);
        Require.ZeroOrOne(yes, nameof(targets));
        var (z, y, counts) = (Pixels(logits), Pixels(yes), Pixels(counted)); // [B, 1, N]
        var errors = (1 - z * (2 * y - 1)).masked_fill(counts.logical_not(), 0).relu();
        var losses = Lovasz.Extension(Lovasz.Join(errors, scope), Lovasz.Join(y > 0, scope), Lovasz.Join(counts, scope));
        return losses.reshape(scope == RegionScope.Batch ? [] : [logits.size(0)]).to(logits.dtype).MoveToOuterDisposeScope();

        static Tensor Pixels(Tensor t) => Lovasz.Flat(t.unsqueeze(1));
    }
}
