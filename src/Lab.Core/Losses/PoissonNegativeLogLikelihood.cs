using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>How surprising a count is, given the logarithm of the rate of a Poisson distribution.</summary>
    /// <remarks>
    /// <para>Formula: <c>exp(r) - y·r</c>, and with <paramref name="full"/> also <c>log y!</c> by Stirling's formula,
    /// <c>y·log y - y + ½·log(2πy)</c> where <c>y > 1</c>.</para>
    /// <para>Gradient in r: <c>exp(r) - y</c>, the rate less the count. The last term has none.</para>
    /// <para>Numerics: the rate is <c>exp(r)</c>, so any finite r is legal; it overflows from r = 89 on in float32.
    /// Stirling's formula is short of <c>log y!</c> by less than <c>1/(12y)</c>; at 0 and 1 the term is 0, which is exact.</para>
    /// <para>Library op: <c>nn.functional.poisson_nll_loss</c> with <c>log_input</c>, unreduced.</para>
    /// </remarks>
    /// <param name="logRates">r, any shape, floating point.</param>
    /// <param name="targets">y, counts, not negative, the same shape and dtype: shapes are not broadcast.</param>
    /// <param name="full">Whether to add the part that the network cannot change, so that models can be compared.</param>
    /// <returns>Nats per entry, the shape of <paramref name="logRates"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a negative
    /// count.</exception>
    public static Tensor PoissonNegativeLogLikelihood(Tensor logRates, Tensor targets, bool full = false)
    {
        RegressionShapes.RequireSame(logRates, targets);
        Require.AtLeast(targets, 0, orEqual: true);

        using var scope = NewDisposeScope();
        var losses = logRates.exp() - targets * logRates;
        if (full)
            losses += LogFactorial(targets);
        return losses.MoveToOuterDisposeScope();
    }

    private static Tensor LogFactorial(Tensor counts)
    {
        var small = counts <= 1;
        var y = counts.masked_fill(small, 2);                             // 0 · log 0 would be NaN
        return (y * y.log() - y + 0.5 * (2 * Math.PI * y).log()).masked_fill(small, 0);
    }
}
