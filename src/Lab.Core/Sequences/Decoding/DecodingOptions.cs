using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>Changes the scores of the next token, from the tokens so far: one <see cref="LogitFilter"/>, or several in turn.</summary>
/// <param name="logits"><c>[N, V]</c>; -∞ for tokens that a constraint rules out.</param>
/// <param name="prefix">The tokens so far, without the first, <c>[N, T]</c>, int64. A row that has ended goes on with EOS.</param>
/// <returns>Logits <c>[N, V]</c>. A row that has nothing left is used as it was before.</returns>
/// <example><c>(z, y) => LogitFilter.Nucleus(LogitFilter.TopK(LogitFilter.NoRepeatNGram(z, y, 3), 50), 0.9)</c></example>
public delegate Tensor LogitRule(Tensor logits, Tensor prefix);

/// <summary>What all decoding strategies need to know.</summary>
/// <param name="Eos">The token that ends a sequence, in <c>[0, V)</c>.</param>
/// <param name="Pad">What fills a row after its EOS; any number, -1 too.</param>
/// <param name="MaxLength">The most tokens of a sequence, EOS counted and the first token (BOS) not; at least 1.</param>
public sealed record DecodingOptions(long Eos, long Pad, int MaxLength)
{
    /// <summary>What is done to the scores before a token is chosen; null leaves them as they are.</summary>
    public LogitRule? Rule { get; init; }

    /// <summary>
    /// What sequences are legal; null allows all. A legal sequence ends within <see cref="MaxLength"/>, so a token after which
    /// that cannot be done any more is not chosen.
    /// </summary>
    public TokenAutomaton? Constraint { get; init; }
}

/// <summary>One sequence a row.</summary>
/// <param name="Tokens">The tokens, without the first (BOS), with EOS, then padding, <c>[N, T]</c>, int64.</param>
/// <param name="Lengths">How many tokens a row has, EOS counted, <c>[N]</c>, int64.</param>
/// <param name="LogProbs">The log-probability of each row's tokens under the model itself, whatever the rule and the constraint
/// made of it, in nats, <c>[N]</c>, the dtype of the model's logits.</param>
/// <param name="Finished">Whether a row ended with EOS; else it was cut at the greatest length. <c>[N]</c>, bool.</param>
public sealed record DecodedRows(Tensor Tokens, Tensor Lengths, Tensor LogProbs, Tensor Finished);
