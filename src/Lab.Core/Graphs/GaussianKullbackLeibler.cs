using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

public static partial class Graph
{
    /// <summary>How far the Gaussian of a latent vector is from the standard normal one: the price that an evidence lower bound takes for
    /// what is written into it.</summary>
    /// <remarks>
    /// <para>Formula: <c>KL = ½ Σ (μ² + exp(v) - 1 - v)</c>, with the log-variance v. Never below 0; 0 where μ and v are 0.</para>
    /// <para>Gradient: μ, and <c>½ (exp(v) - 1)</c>.</para>
    /// <para>Numerics: <c>exp(v) - 1</c> by <c>expm1</c>, which keeps its digits where v is small. +∞ where exp(v) is.</para>
    /// <para>Oracle: the mean of <c>log q - log p</c>, by Gauss-Hermite quadrature. Source: Kingma and Welling 2014, appendix B.</para>
    /// </remarks>
    /// <param name="mean">μ, <c>[B, Z]</c>, floating point.</param>
    /// <param name="logVariance">v, of the same shape, dtype and device.</param>
    /// <returns>Nats per example, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor GaussianKullbackLeibler(Tensor mean, Tensor logVariance)
    {
        Require.FloatingPoint(mean);
        if (mean.dim() != 2)
            throw Require.BadShape(mean, "[B, Z]");
        Require.SameDtype(logVariance, mean);
        Require.Shape(logVariance, mean.shape);
        Require.SameDevice(logVariance, mean);

        using var scope = NewDisposeScope();
        return (0.5 * (mean.square() + logVariance.expm1() - logVariance).sum(1)).MoveToOuterDisposeScope();
    }
}
