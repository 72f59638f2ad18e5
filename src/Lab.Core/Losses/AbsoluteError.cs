using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>The size of the error: its best constant answer is the median.</summary>
    /// <remarks>
    /// <para>Formula: <c>|ŷ - y|</c>, entry by entry.</para>
    /// <para>Gradient: <c>sign(ŷ - y)</c>, and 0 at the kink: an outlier pulls as hard as its neighbour, and so does an
    /// error that is almost gone.</para>
    /// <para>Library op: <c>nn.functional.l1_loss</c>, unreduced.</para>
    /// </remarks>
    /// <param name="predictions">ŷ, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype: shapes are not broadcast.</param>
    /// <returns>The targets' unit, the shape of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor AbsoluteError(Tensor predictions, Tensor targets)
    {
        RegressionShapes.RequireSame(predictions, targets);

        using var scope = NewDisposeScope();
        return (predictions - targets).abs().MoveToOuterDisposeScope();
    }
}
