using Lab.Core.Kernels;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>The best ways to continue the hypotheses of a beam by one token.</summary>
/// <param name="Scores">Their scores, the best first, <c>[B, M]</c>.</param>
/// <param name="Parents">The hypothesis that each continues, in <c>[0, K)</c>, <c>[B, M]</c>, int64.</param>
/// <param name="Tokens">The token that each puts out, never EOS unless its score is -∞, <c>[B, M]</c>, int64.</param>
/// <param name="Ended">The score of every hypothesis with EOS put after it, <c>[B, K]</c>.</param>
public sealed record BeamContinuations(Tensor Scores, Tensor Parents, Tensor Tokens, Tensor Ended);

public static partial class Decode
{
    /// <summary>One step of beam search: the best continuations of K hypotheses, and what each is worth when it ends here.</summary>
    /// <remarks>
    /// <para>Formula: <c>s[k] + log softmax(z[k])[v]</c>; of all <c>v ≠ EOS</c> and all k the M greatest. Equal ones are ordered
    /// by hypothesis, then by token, the lowest first.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: log-probabilities in the logits' dtype, sums in float64. A row without a distribution (only -∞, or NaN) is
    /// worth -∞. Continuations worth -∞ have any parent and token.</para>
    /// <para>Library op: none; <c>log_softmax</c>, <c>topk</c>.</para>
    /// </remarks>
    /// <param name="logits">The model's scores of the next token, <c>[B·K, V]</c>, floating point; the K rows of an example lie
    /// together.</param>
    /// <param name="scores">What the hypotheses have so far, s, <c>[B, K]</c>, floating point.</param>
    /// <param name="eos">The token that ends, in <c>[0, V)</c>.</param>
    /// <param name="count">How many continuations to keep, not negative; more than there are, K·(V - 1), keeps all.</param>
    /// <param name="normalised">The logits are log-probabilities, or meant to be taken as they are.</param>
    /// <returns>Continuations, and endings.</returns>
    /// <exception cref="ArgumentException">Not floating point, other shapes, EOS outside the vocabulary or a negative
    /// count.</exception>
    public static BeamContinuations BeamStep(Tensor logits, Tensor scores, long eos, long count, bool normalised = false)
    {
        Require.FloatingPoint(logits);
        Require.FloatingPoint(scores);
        if (scores.shape is not [var examples, var width and > 0])
            throw Require.BadShape(scores, "[B, K] with K >= 1");
        if (logits.shape is not [var rows, var vocabulary and > 0] || rows != examples * width)
            throw Require.BadShape(logits, $"[{examples * width}, V] with V >= 1");
        Require.SameDevice(scores, logits);
        if (eos < 0 || eos >= vocabulary)
            throw new ArgumentOutOfRangeException(nameof(eos), eos, $"Must be in [0, {vocabulary}).");
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        count = Math.Min(count, width * (vocabulary - 1));

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (Forms.KernelTakes(logits, 1))
        {
            var (sums64, at, ends) = BeamStepKernel.Of(logits, scores, eos, count, normalised);
            return Outward(scope, sums64.to(scores.dtype), at, ends.to(scores.dtype), vocabulary);
        }
        var logProbs = (normalised ? logits : logits.log_softmax(1)).nan_to_num(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        var sums = scores.to(ScalarType.Float64).unsqueeze(2) + logProbs.to(ScalarType.Float64).reshape(examples, width, vocabulary);   // [B, K, V]
        var ended = sums.select(2, eos).clone();
        sums.select(2, eos).fill_(double.NegativeInfinity);
        var (best, places) = sums.flatten(1).sort(-1, descending: true, stable: true);
        return Outward(scope, best.narrow(1, 0, count).to(scores.dtype, copy: true), places.narrow(1, 0, count), ended.to(scores.dtype), vocabulary);
    }

    private static BeamContinuations Outward(DisposeScope scope, Tensor best, Tensor places, Tensor ended, long vocabulary)
    {
        var parents = places.div(vocabulary, RoundingMode.floor);
        var tokens = places.remainder(vocabulary);
        scope.MoveToOuter([best, parents, tokens, ended]);
        return new(best, parents, tokens, ended);
    }
}
