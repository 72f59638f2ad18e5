using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>How beam search searches.</summary>
/// <param name="Width">How many unfinished hypotheses an example keeps, at least 1. More than there are keeps all there are: with
/// a width of V^T the search is exhaustive.</param>
public sealed record BeamOptions(int Width)
{
    /// <summary>How many hypotheses an example gives, the best first, at least 1.</summary>
    public int Best { get; init; } = 1;

    /// <summary>How hypotheses of different lengths are compared.</summary>
    public LengthPenalty Penalty { get; init; } = LengthPenalty.None;

    /// <summary>Ends the search as soon as no unfinished hypothesis can get among the best any more. The result is the same.</summary>
    /// <remarks>
    /// Why it is safe: log-probabilities are at most 0, so a hypothesis with the sum <c>s</c> never gets above <c>s</c>; the divisor
    /// never falls with the length, so whatever it becomes is worth at most <c>s / divisor(MaxLength)</c>. When the last of the best
    /// is worth that much already, the search is over.
    /// </remarks>
    public bool StopEarly { get; init; } = true;

    /// <summary>Is shown the beam after every step, to draw or print it; the tensors are freed afterwards.</summary>
    public Action<BeamFrontier>? Watch { get; init; }
}

/// <summary>The hypotheses that a beam holds after a step.</summary>
/// <param name="Time">The step, from 0.</param>
/// <param name="Parents">The hypothesis of the step before that each continues, <c>[B, K]</c>, int64.</param>
/// <param name="Tokens">Its last token, <c>[B, K]</c>, int64.</param>
/// <param name="LogProbs">Its log-probability, <c>[B, K]</c>.</param>
/// <param name="Ended">The log-probability of each hypothesis of the step before with EOS after it, <c>[B, K before]</c>.</param>
public sealed record BeamFrontier(int Time, Tensor Parents, Tensor Tokens, Tensor LogProbs, Tensor Ended);

/// <summary>The best sequences of every example, the best first.</summary>
/// <param name="Tokens">Without the first token (BOS), with EOS, then padding, <c>[B, n, T]</c>, int64.</param>
/// <param name="Lengths">EOS counted, <c>[B, n]</c>, int64; 0 where there were not so many sequences.</param>
/// <param name="LogProbs">In nats, <c>[B, n]</c>, the dtype of the model's logits; -∞ where there was none.</param>
/// <param name="Scores"><c>LogProbs</c> divided by what the length penalty says, <c>[B, n]</c>.</param>
/// <param name="Finished">Whether it ended with EOS; those that did not come last. <c>[B, n]</c>, bool.</param>
public sealed record Hypotheses(Tensor Tokens, Tensor Lengths, Tensor LogProbs, Tensor Scores, Tensor Finished);
