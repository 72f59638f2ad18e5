using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Errors of depth maps in logarithms, with a common factor forgiven: one camera cannot tell near and small from far and large.</summary>
    /// <remarks>
    /// <para>Formula: with <c>e = log d - log y</c> over the n valid pixels of an image, <c>Σ e²/n - λ·(Σ e/n)²</c>. At λ = 0 it is the mean
    /// squared log error, at λ = 1 the variance of e, to which a factor on all depths makes no difference; λ = ½ forgives half.</para>
    /// <para>Gradient: <c>2·(e - λ·ē)/(n·d)</c>. At λ = 1 it sums to 0 over log d: the common factor is not learned at all.</para>
    /// <para>Numerics: computed as <c>Σ (e - ē)²/n + (1 - λ)·ē²</c>, which cannot fall below 0. An image without a valid pixel costs 0,
    /// with gradient 0, and what stands in invalid pixels (0 where a sensor saw nothing) counts nowhere.</para>
    /// <para>Oracle: loops over plain doubles, by the double sum over pairs of pixels. Source: Eigen, Puhrsch and Fergus 2014,
    /// section 3.2.</para>
    /// </remarks>
    /// <param name="depths">d, <c>[B, ...]</c>, positive where valid, floating point, in the targets' unit.</param>
    /// <param name="targets">y, the same shape and dtype, positive where valid.</param>
    /// <param name="mask">Which pixels were measured, <c>[B, ...]</c>, bool; null means all.</param>
    /// <param name="balance">λ, from 0 to 1.</param>
    /// <returns>A squared number of e-folds per image, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above, or (on the CPU) a valid depth or
    /// target that is not positive.</exception>
    public static Tensor ScaleInvariantLog(Tensor depths, Tensor targets, Tensor? mask = null, double balance = 0.5)
    {
        RegressionShapes.RequireSame(depths, targets);
        if (depths.dim() == 0)
            throw Require.BadShape(depths, "[B, ...]");
        if (balance is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(balance), balance, "Must be in [0, 1].");
        if (mask is not null)
        {
            Require.Mask(mask);
            Require.Shape(mask, depths.shape);
            Require.SameDevice(mask, depths);
        }

        using var scope = NewDisposeScope();
        var hidden = mask?.logical_not();
        depths = Visible(depths, hidden);
        targets = Visible(targets, hidden);
        Require.AtLeast(depths, 0, orEqual: false);
        Require.AtLeast(targets, 0, orEqual: false);

        var error = Flat(depths.log() - targets.log());                         // [B, N]
        var valid = mask is null ? ones_like(error) : Flat(mask.to(error.dtype));
        var count = valid.sum(1, keepdim: true).clamp(min: 1);
        var mean = error.sum(1, keepdim: true) / count;
        var spread = ((error - mean).square() * valid).sum(1) / count.squeeze(1);
        return (spread + (1 - balance) * mean.squeeze(1).square()).MoveToOuterDisposeScope();

        static Tensor Flat(Tensor x) => x.dim() == 1 ? x.unsqueeze(1) : x.flatten(1);
    }

    /// <summary>1, whose logarithm is 0, in the places of pixels that do not count.</summary>
    private static Tensor Visible(Tensor x, Tensor? hidden) => hidden is null ? x : x.masked_fill(hidden, 1);
}
