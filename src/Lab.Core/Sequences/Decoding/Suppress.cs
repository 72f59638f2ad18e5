using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Rules out tokens by name: EOS before a least length, padding, an unknown word.</summary>
    /// <remarks>
    /// <para>Formula: -∞ for the tokens named, all other logits as they are.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: none.</para>
    /// <para>Library op: <c>index_fill</c>.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="tokens">The tokens to rule out, each in <c>[0, V)</c>.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or a token outside [0, V).</exception>
    public static Tensor Suppress(Tensor logits, params IReadOnlyList<long> tokens)
    {
        var vocabulary = Vocabulary(logits);
        ArgumentNullException.ThrowIfNull(tokens);
        foreach (var token in tokens)
            if (token < 0 || token >= vocabulary)
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"Must be in [0, {vocabulary}).");

        using var scope = NewDisposeScope();
        var named = new bool[vocabulary];
        foreach (var token in tokens)
            named[token] = true;
        return Keep(logits, tensor(named, device: logits.device).logical_not()).MoveToOuterDisposeScope();
    }
}
