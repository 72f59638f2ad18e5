using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy of independent yes-or-no labels, given probabilities.</summary>
    /// <remarks>
    /// <para>Formula: <c>-(y·log p + (1 - y)·log(1 - p))</c>, entry by entry, each logarithm at least -100.</para>
    /// <para>Gradient: <c>(p - y) / (p·(1 - p))</c>; 0 where a logarithm was cut off.</para>
    /// <para>Numerics: p = 1 against y = 0 costs 100, not ∞, and 0·log 0 counts as 0; but a sigmoid that has rounded to
    /// 1 has lost the gradient for good. NaN stays NaN; targets outside <c>[0, 1]</c> are not noticed. Where there are logits, use <see cref="BinaryCrossEntropyWithLogits"/>.</para>
    /// <para>Library op: <c>nn.functional.binary_cross_entropy</c>, unreduced.</para>
    /// </remarks>
    /// <param name="probabilities">p in <c>[0, 1]</c>, any shape, floating point.</param>
    /// <param name="targets">y, probabilities of "yes" in <c>[0, 1]</c>, the same shape and dtype.</param>
    /// <returns>Nats per label, the shape of <paramref name="probabilities"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a probability
    /// outside <c>[0, 1]</c>: logits by mistake.</exception>
    public static Tensor BinaryCrossEntropy(Tensor probabilities, Tensor targets)
    {
        Require.FloatingPoint(probabilities);
        Require.SameDtype(targets, probabilities);
        Require.SameDevice(targets, probabilities);
        Require.Shape(targets, probabilities.shape);
        Require.Probabilities(probabilities);

        using var scope = NewDisposeScope();
        var losses = -(targets * CutLog(probabilities) + (1 - targets) * CutLog(1 - probabilities));
        return losses.MoveToOuterDisposeScope();
    }

    /// <summary>max(log p, -100), with gradient 0 and not NaN at p = 0.</summary>
    private static Tensor CutLog(Tensor probabilities)
    {
        var zero = probabilities == 0;
        return probabilities.masked_fill(zero, 1).log().masked_fill(zero, -100).clamp(min: -100);
    }
}
