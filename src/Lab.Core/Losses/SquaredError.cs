using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>The square of the error: its best constant answer is the mean.</summary>
    /// <remarks>
    /// <para>Formula: <c>(ŷ - y)²</c>, entry by entry. Up to a factor and a constant it is the negative log-likelihood of
    /// a Gaussian of fixed variance.</para>
    /// <para>Gradient: <c>2·(ŷ - y)</c>: ten times the error pulls ten times as hard, outliers too.</para>
    /// <para>Numerics: overflows where the error passes 1.8e19 in float32.</para>
    /// <para>Library op: <c>nn.functional.mse_loss</c>, unreduced.</para>
    /// </remarks>
    /// <param name="predictions">ŷ, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype: shapes are not broadcast.</param>
    /// <returns>The targets' unit squared, the shape of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor SquaredError(Tensor predictions, Tensor targets)
    {
        RegressionShapes.RequireSame(predictions, targets);

        using var scope = NewDisposeScope();
        return (predictions - targets).square().MoveToOuterDisposeScope();
    }
}
