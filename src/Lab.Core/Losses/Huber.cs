using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Squared error for small errors, absolute error for large ones: outliers pull, but not harder and harder.</summary>
    /// <remarks>
    /// <para>Formula: <c>d²/2</c> where <c>|d| ≤ δ</c>, else <c>δ·(|d| - δ/2)</c>, with <c>d = ŷ - y</c>. Written without a
    /// branch: <c>c·(|d| - c/2)</c> with <c>c = min(|d|, δ)</c>.</para>
    /// <para>Gradient: <c>d</c>, cut to <c>[-δ, δ]</c>. Value and slope are continuous where the two parts meet.</para>
    /// <para>Numerics: the square of a large error is never formed, so nothing overflows that need not.</para>
    /// <para>Library op: <c>nn.functional.huber_loss</c>, unreduced. Source: Huber 1964.</para>
    /// </remarks>
    /// <param name="predictions">ŷ, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype: shapes are not broadcast.</param>
    /// <param name="delta">δ, the error from which on the loss is linear, in the targets' unit, positive.</param>
    /// <returns>The targets' unit squared, the shape of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or δ other than those above.</exception>
    public static Tensor Huber(Tensor predictions, Tensor targets, double delta = 1)
    {
        RegressionShapes.RequireSame(predictions, targets);
        Require.Positive(delta);

        using var scope = NewDisposeScope();
        var error = predictions - targets;
        var cut = error.clamp(-delta, delta);                            // abs would lose the curvature at 0
        return (cut * (error - cut / 2)).MoveToOuterDisposeScope();
    }
}
