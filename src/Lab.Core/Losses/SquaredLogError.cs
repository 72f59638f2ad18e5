using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Squared error of the logarithm: being off by a factor costs the same for cents and for millions.</summary>
    /// <remarks>
    /// <para>Formula: <c>(z - log(y + c))²</c>. The network answers in logarithms, so any real number is a legal answer, and
    /// the prediction in the targets' unit is <c>exp(z) - c</c>.</para>
    /// <para>Gradient: <c>2·(z - log(y + c))</c>. To first order <c>z - log y</c> is the relative error: $1 too much on $2
    /// costs 0.16, on $1000 a millionth. The best constant answer is the geometric mean.</para>
    /// <para>Numerics: c = 0 takes the plain logarithm; otherwise <c>log(y + c) = log c + log1p(y/c)</c>, exact for small y.</para>
    /// <para>Library op: <c>mse_loss</c> of the logarithms.</para>
    /// </remarks>
    /// <param name="logPredictions">z, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype; positive when c = 0, else not negative.</param>
    /// <param name="offset">c, not negative, in the targets' unit: 0 where targets are positive, 1 where they are counts
    /// that can be 0.</param>
    /// <returns>A squared number of e-folds, the shape of <paramref name="logPredictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or offset other than those above, or (on the CPU) a target
    /// without a logarithm.</exception>
    public static Tensor SquaredLogError(Tensor logPredictions, Tensor targets, double offset = 0)
    {
        RegressionShapes.RequireSame(logPredictions, targets);
        if (!(offset >= 0) || double.IsInfinity(offset))
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "Must be finite and not negative.");
        Require.AtLeast(targets, 0, orEqual: offset > 0);

        using var scope = NewDisposeScope();
        var logTargets = offset == 0 ? targets.log() : (targets / offset).log1p() + Math.Log(offset);
        return (logPredictions - logTargets).square().MoveToOuterDisposeScope();
    }
}
