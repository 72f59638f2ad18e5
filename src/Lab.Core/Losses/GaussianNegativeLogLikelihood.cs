using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>How surprising a number is, given mean and variance of a Gaussian: squared error that knows its own doubt.</summary>
    /// <remarks>
    /// <para>Formula: <c>½·(log v + (y - μ)²/v)</c> with <c>v = max(variance, floor)</c>, and with <paramref name="full"/>
    /// also <c>½·log 2π</c>.</para>
    /// <para>Gradient: <c>(μ - y)/v</c> in the mean, <c>½·(1/v - (y - μ)²/v²)</c> in the variance: it rests where the
    /// variance is the squared error. Below the floor the variance gets the gradient that it would get at the floor, so
    /// that it can leave.</para>
    /// <para>Numerics: without the floor a network that hits a target exactly is paid without end for claiming certainty.
    /// Densities can exceed 1, so the loss can be negative.</para>
    /// <para>Library op: PyTorch's <c>gaussian_nll_loss</c>, unreduced. TorchSharp 0.107 has one too, but it gives the variance
    /// no gradient and adds up all dimensions but the first. Source: Nix and Weigend 1994.</para>
    /// </remarks>
    /// <param name="means">μ, any shape, floating point.</param>
    /// <param name="variances">The variance (not the standard deviation, not its logarithm), not negative, the same shape and
    /// dtype: one variance for all is given by <c>expand_as</c>.</param>
    /// <param name="targets">y, the same shape and dtype.</param>
    /// <param name="full">Whether to add the constant, so that losses are nats of a density and models can be compared.</param>
    /// <param name="varianceFloor">The least variance that counts, positive, in the targets' unit squared.</param>
    /// <returns>Nats per entry, the shape of <paramref name="means"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or floor other than those above, or (on the CPU) a negative
    /// variance.</exception>
    public static Tensor GaussianNegativeLogLikelihood(
        Tensor means, Tensor variances, Tensor targets, bool full = false, double varianceFloor = 1e-6)
    {
        RegressionShapes.RequireSame(means, variances);
        RegressionShapes.RequireSame(means, targets);
        Require.Positive(varianceFloor);
        Require.AtLeast(variances, 0, orEqual: true);

        using var scope = NewDisposeScope();
        var lift = (varianceFloor - variances.detach()).relu();           // a constant to autograd
        var v = variances + lift;
        var losses = 0.5 * (v.log() + (targets - means).square() / v);
        if (full)
            losses += 0.5 * Math.Log(2 * Math.PI);
        return losses.MoveToOuterDisposeScope();
    }
}
