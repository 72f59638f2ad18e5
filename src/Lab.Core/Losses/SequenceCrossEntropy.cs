using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy of every token of a target sequence, padding left out.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="CrossEntropy"/> at every place; their sum is <c>-log p(y | x) = -Σ log p(y[t] | y[1..t-1], x)</c>.
    /// With smoothing ε the padding token is a class like any other.</para>
    /// <para>Gradient: <c>softmax(z) - q'</c> at tokens, 0 at padding.</para>
    /// <para>Padding: its places give loss 0 and gradient 0, whatever the logits there are. Reduce with
    /// <c>Loss.WeightedMean(losses, targets != paddingIndex)</c>: a mean over tokens, and 0 for a batch that is all padding,
    /// where the library's mean is NaN. A plain mean would divide by the padding too, and be small for short targets.</para>
    /// <para>Numerics: as <see cref="CrossEntropy"/>.</para>
    /// <para>Library op: <c>nn.functional.cross_entropy</c>, unreduced, of transposed logits.</para>
    /// </remarks>
    /// <param name="logits">Scores of the token at each place, <c>[B, T, V]</c>, floating point.</param>
    /// <param name="targets">The tokens: in <c>[0, V)</c>, or <paramref name="paddingIndex"/>, <c>[B, T]</c>, int64. Those are the
    /// tokens to predict: the target without its BOS.</param>
    /// <param name="paddingIndex">What fills up short targets; in <c>[0, V)</c> or not (-100, say).</param>
    /// <param name="smoothing">ε, the probability mass spread over all tokens, in <c>[0, 1)</c>.</param>
    /// <returns>Nats per token, <c>[B, T]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or smoothing other than those above, or (on the CPU) a token
    /// outside.</exception>
    public static Tensor SequenceCrossEntropy(Tensor logits, Tensor targets, long paddingIndex, double smoothing = 0)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var batch, var length, > 0])
            throw Require.BadShape(logits, "[B, T, V] with V >= 1");
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, [batch, length]);
        Require.ClassIndices(targets, logits.size(2), paddingIndex);
        Require.SameDevice(targets, logits);
        Require.Fraction(smoothing);

        using var scope = NewDisposeScope();
        var losses = CrossEntropy(logits.flatten(0, 1), targets.flatten(), ignoreIndex: paddingIndex, smoothing: smoothing);
        return losses.reshape(batch, length).MoveToOuterDisposeScope();
    }
}
