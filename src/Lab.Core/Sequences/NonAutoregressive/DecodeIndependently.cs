using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

/// <summary>A token for each position.</summary>
/// <param name="Tokens"><c>[B, N]</c>, int64; the padding behind an example's length.</param>
/// <param name="LogProbs">The log-probability that the model gave each token, <c>[B, N]</c>; 0 in padding.</param>
public sealed record ParallelTokens(Tensor Tokens, Tensor LogProbs);

/// <summary>Decoding that fills many positions at once instead of one after the other.</summary>
public static partial class ParallelDecoding
{
    /// <summary>Decoding in one step: at every position its most probable token, whatever the others are.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[n] = argmax_v logits[n, v]</c>. It is the most probable sequence if positions do not depend on each
    /// other given the input. Where they do, it puts parts of different answers together.</para>
    /// <para>Gradient: none in the tokens; that of a log-softmax in their log-probabilities.</para>
    /// <para>Numerics: of equally probable tokens the first.</para>
    /// <para>Oracle: loops over plain doubles. Source: Gu et al. 2018, section 3.</para>
    /// </remarks>
    /// <param name="logits">Token scores, <c>[B, N, V]</c> with V >= 1, floating point.</param>
    /// <param name="lengths">How many positions count, <c>[B]</c>, int64, in <c>[0, N]</c>; none means N.</param>
    /// <param name="padding">The token to put behind.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length
    /// outside.</exception>
    public static ParallelTokens DecodeIndependently(Tensor logits, Tensor? lengths = null, long padding = -1)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var batch, var positions, > 0])
            throw Require.BadShape(logits, "[B, N, V] with V >= 1");
        if (lengths is not null)
        {
            PositionShapes.RequireLengths(lengths, batch, 0, positions, nameof(lengths));
            Require.SameDevice(lengths, logits);
        }

        using var scope = NewDisposeScope();
        var absent = PositionShapes.Valid(lengths, batch, positions, logits.device).logical_not();
        var (tokens, logProbs) = PositionShapes.Best(Activation.LogSoftmax(logits.masked_fill(absent.unsqueeze(2), 0), -1));
        return new(
            tokens.masked_fill(absent, padding).MoveToOuterDisposeScope(), logProbs.masked_fill(absent, 0).MoveToOuterDisposeScope());
    }
}
