using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Absolute error with its kink rounded off: the usual loss of box coordinates.</summary>
    /// <remarks>
    /// <para>Formula: <c>d²/(2β)</c> where <c>|d| ≤ β</c>, else <c>|d| - β/2</c>, with <c>d = ŷ - y</c>. It is
    /// <see cref="Huber"/> divided by β: there δ sets the slope of the tails, here their slope is always 1.</para>
    /// <para>Gradient: <c>d/β</c>, cut to <c>[-1, 1]</c>.</para>
    /// <para>Numerics: towards β = 0 it becomes <see cref="AbsoluteError"/>; β itself must be positive.</para>
    /// <para>Library op: <c>nn.functional.smooth_l1_loss</c>, unreduced. Source: Girshick 2015, equation 3.</para>
    /// </remarks>
    /// <param name="predictions">ŷ, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype: shapes are not broadcast.</param>
    /// <param name="beta">β, the error from which on the loss is linear, in the targets' unit, positive.</param>
    /// <returns>The targets' unit, the shape of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or β other than those above.</exception>
    public static Tensor SmoothL1(Tensor predictions, Tensor targets, double beta = 1)
    {
        RegressionShapes.RequireSame(predictions, targets);
        Require.Positive(beta);

        using var scope = NewDisposeScope();
        var error = predictions - targets;
        var cut = error.clamp(-beta, beta);                            // abs would lose the curvature at 0
        return (cut / beta * (error - cut / 2)).MoveToOuterDisposeScope();
    }
}
