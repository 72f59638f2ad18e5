using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>The pinball loss: its best constant answer is the quantile of a level, so too low and too high cost differently.</summary>
    /// <remarks>
    /// <para>Formula: <c>τ·(y - q)</c> where the answer q is too low, <c>(1 - τ)·(q - y)</c> where it is too high.</para>
    /// <para>Gradient in q: <c>-τ</c> where too low, <c>1 - τ</c> where too high, 0 where it is exact. The pushes balance
    /// when a share τ of the targets lies below q.</para>
    /// <para>Library op: none. At level 1/2 it is half of <see cref="AbsoluteError"/>. Source: Koenker and Bassett 1978.</para>
    /// </remarks>
    /// <param name="predictions">q, any shape, floating point.</param>
    /// <param name="targets">y, the same shape and dtype: shapes are not broadcast.</param>
    /// <param name="level">τ in <c>(0, 1)</c>: 0.9 asks for what nine of ten targets stay below.</param>
    /// <returns>The targets' unit, the shape of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or level other than those above.</exception>
    public static Tensor Quantile(Tensor predictions, Tensor targets, double level)
    {
        RegressionShapes.RequireSame(predictions, targets);
        if (level is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "Must be in (0, 1).");

        using var scope = NewDisposeScope();
        var missing = targets - predictions;
        var losses = level * missing.relu() + (1 - level) * (-missing).relu();
        return losses.MoveToOuterDisposeScope();
    }

    /// <summary>The pinball loss of several levels at once: each answer is judged at its own level.</summary>
    /// <remarks>
    /// <para>Formula and gradient: those of <see cref="Quantile"/>, for each level in the last dimension.</para>
    /// <para>Library op: none.</para>
    /// </remarks>
    /// <param name="predictions">q, one answer per level, <c>[..., Q]</c>, floating point.</param>
    /// <param name="targets">y, <c>[...]</c>, the dtype of <paramref name="predictions"/>.</param>
    /// <param name="levels">τ in <c>(0, 1)</c>, in any order, <c>[Q]</c>, the dtype of <paramref name="predictions"/>.</param>
    /// <returns>The targets' unit, <c>[..., Q]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a level
    /// outside.</exception>
    public static Tensor Quantiles(Tensor predictions, Tensor targets, Tensor levels)
    {
        Require.FloatingPoint(predictions);
        if (predictions.shape is not [.. var examples, var count])
            throw Require.BadShape(predictions, "[..., Q]");
        Require.SameDtype(targets, predictions);
        Require.Shape(targets, examples);
        Require.SameDevice(targets, predictions);
        Require.SameDtype(levels, predictions);
        Require.Shape(levels, [count]);
        Require.SameDevice(levels, predictions);
        Require.Inside(levels, 0, 1);

        using var scope = NewDisposeScope();
        var missing = targets.unsqueeze(-1) - predictions;                // [..., Q]
        var losses = levels * missing.relu() + (1 - levels) * (-missing).relu();
        return losses.MoveToOuterDisposeScope();
    }
}
