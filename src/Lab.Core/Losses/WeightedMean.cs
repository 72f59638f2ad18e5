using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>One number to minimise, from one loss per example.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ w·l / Σ w</c>; 0, with gradient 0, where all weights are 0 or there are none.</para>
    /// <para>With w = 1 for valid and 0 for ignored targets it is the mean over the valid ones; with w = class weight of the
    /// target it is what the library calls the mean of a weighted cross-entropy. An entry of weight 0 counts nowhere, also
    /// where its loss is NaN or ∞.</para>
    /// <para>Library op: the "mean" reduction of <c>nn.functional.cross_entropy</c>, which is NaN where nothing is valid.</para>
    /// </remarks>
    /// <param name="losses">l, any shape, floating point.</param>
    /// <param name="weights">w, not negative, the shape of <paramref name="losses"/>: its dtype, or boolean (true = counts).
    /// Constants: no gradient flows into them.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a negative
    /// weight.</exception>
    public static Tensor WeightedMean(Tensor losses, Tensor weights)
    {
        Require.FloatingPoint(losses);
        ArgumentNullException.ThrowIfNull(weights);
        Require.SameDevice(weights, losses);
        Require.Shape(weights, losses.shape);
        if (weights.dtype != ScalarType.Bool)
        {
            Require.SameDtype(weights, losses);
            Require.NotNegative(weights);
        }

        using var scope = NewDisposeScope();
        var factors = weights.detach().to(losses.dtype);
        var absent = factors == 0;
        var total = (factors * losses.masked_fill(absent, 0)).sum();
        var mass = factors.sum();
        return (total / mass.masked_fill(mass == 0, 1)).MoveToOuterDisposeScope();
    }
}
