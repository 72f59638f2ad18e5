using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Sigmoid cross-entropy of independent yes-or-no labels, given logits.</summary>
    /// <remarks>
    /// <para>Formula: <c>-(w·y·log σ(z) + (1 - y)·log σ(-z))</c>, entry by entry.</para>
    /// <para>Gradient: <c>σ(z) - y</c> when w = 1.</para>
    /// <para>Numerics: both logarithms come from <see cref="Activation.LogSigmoid"/>, so z = 20 against y = 1 costs
    /// 2.1e-9 and not NaN. Logits must be finite. Targets outside <c>[0, 1]</c> are not noticed.</para>
    /// <para>Library op: <c>nn.functional.binary_cross_entropy_with_logits</c>, unreduced.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised scores, any shape (<c>[B, L]</c> for L labels), floating point.</param>
    /// <param name="targets">y, probabilities of "yes" in <c>[0, 1]</c>, the shape and dtype of <paramref name="logits"/>.</param>
    /// <param name="positiveWeight">w, a factor for "yes", of a shape that broadcasts to the logits' (<c>[L]</c>), a constant:
    /// no gradient flows into it; none means 1.</param>
    /// <returns>Nats per label, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets, Tensor? positiveWeight = null)
    {
        Require.FloatingPoint(logits);
        Require.SameDtype(targets, logits);
        Require.SameDevice(targets, logits);
        Require.Shape(targets, logits.shape);
        if (positiveWeight is not null)
        {
            Require.SameDtype(positiveWeight, logits);
            Require.SameDevice(positiveWeight, logits);
            Require.BroadcastsTo(positiveWeight, logits);
        }

        using var scope = NewDisposeScope();
        var yes = targets * Activation.LogSigmoid(logits);
        var no = (1 - targets) * Activation.LogSigmoid(-logits);
        var losses = -((positiveWeight is null ? yes : positiveWeight.detach() * yes) + no);
        return losses.MoveToOuterDisposeScope();
    }
}
