using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>One weight per class, the larger the rarer it is: by the effective number of its examples.</summary>
    /// <remarks>
    /// <para>Formula: <c>w[k] ∝ 1 / E(n[k])</c> with the effective number <c>E(n) = (1 - β^n) / (1 - β) = 1 + β + ... + β^(n-1)</c>,
    /// scaled so that the weights of the classes that occur sum to their number. β = 0 weighs all alike; towards β = 1 the
    /// weights become inverse frequencies; in between, examples beyond about 1/(1 - β) add little that is new.</para>
    /// <para>Numerics: <c>1 - β^n</c> by <c>expm1</c>, exact for β next to 1. A class without examples has weight 0.</para>
    /// <para>Oracle: the sum of powers, term by term. Source: Cui et al. 2019, sections 3 and 4. For <see cref="Focal"/>'s α and
    /// <see cref="CrossEntropy"/>'s weight.</para>
    /// </remarks>
    /// <param name="counts">n, examples per class, not negative, <c>[K]</c>, floating point: the dtype that the weights shall
    /// have. Sums of soft labels serve too.</param>
    /// <param name="beta">β in <c>[0, 1)</c>; 0.99 to 0.9999 as a rule.</param>
    /// <returns>Weights with mean 1 over the classes that occur, <c>[K]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or β other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor ClassBalancedWeights(Tensor counts, double beta = 0.999)
    {
        Require.FloatingPoint(counts);
        if (counts.shape is not [> 0])
            throw Require.BadShape(counts, "[K] with K >= 1");
        Require.AtLeast(counts, 0, orEqual: true);
        if (beta is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "Must be in [0, 1).");

        using var scope = NewDisposeScope();
        var absent = counts == 0;
        var wide = counts.dtype is ScalarType.Float64 ? counts : counts.to(ScalarType.Float32); // log β is too small for halves
        var effective = -(wide.masked_fill(absent, 1) * Math.Log(beta)).expm1();  // up to the factor 1 / (1 - β)
        var weights = (1 / effective).masked_fill(absent, 0);             // [K]
        var (occurring, total) = (absent.logical_not().sum(), weights.sum());
        var balanced = weights * occurring / total.masked_fill(total == 0, 1);
        return (wide.dtype == counts.dtype ? balanced : balanced.to(counts.dtype)).MoveToOuterDisposeScope();
    }
}
