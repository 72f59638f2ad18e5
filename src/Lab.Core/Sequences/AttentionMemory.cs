using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>
/// Keys and values as an <see cref="AttentionLayer"/> needs them: projected once, looked at by many queries. Decoders keep it
/// from step to step.
/// </summary>
/// <param name="Keys">Projected keys, <c>[B, S, ...]</c> or, with several heads, <c>[B, heads, S, ...]</c>.</param>
/// <param name="Values">Projected values, likewise.</param>
/// <param name="Mask">Which keys a query may see, boolean, <c>[B, 1, S]</c> or <c>[B, T, S]</c>; null means all.</param>
public sealed record AttentionMemory(Tensor Keys, Tensor Values, Tensor? Mask)
{
    /// <summary>How many keys there are, S, the padded ones counted too.</summary>
    public long Length => Keys.size(-2);

    /// <summary>The same memory with more keys and values behind its own, for queries that may see all of them.</summary>
    /// <param name="newer">Of the same layer, without a mask.</param>
    /// <exception cref="ArgumentException">A memory with a mask, or of other sizes.</exception>
    public AttentionMemory Append(AttentionMemory newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        if (Mask is not null || newer.Mask is not null)
            throw new ArgumentException("Both memories must be without a mask, got one with a mask.", nameof(newer));
        if (!Without(Keys).SequenceEqual(Without(newer.Keys)) || !Without(Values).SequenceEqual(Without(newer.Values)))
            throw new ArgumentException(
                $"newer must have keys of shape [{string.Join(", ", Keys.shape)}] but for their number, got "
                + $"[{string.Join(", ", newer.Keys.shape)}].", nameof(newer));
        return new(cat([Keys, newer.Keys], -2), cat([Values, newer.Values], -2), null);
    }

    private static IEnumerable<long> Without(Tensor tensor) => [.. tensor.shape[..^2], tensor.shape[^1]];
}
