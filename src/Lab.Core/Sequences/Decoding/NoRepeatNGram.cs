using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Rules out every token that would complete an n-gram which the prefix already has.</summary>
    /// <remarks>
    /// <para>Formula: token v is out when <c>(y[T-n+1], ..., y[T-1], v)</c> occurs in the prefix y. With n = 1 no token comes
    /// twice.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: none. All tokens of a row can be out, and then the whole row is -∞; the strategies keep it as it was.</para>
    /// <para>Library op: none; <c>unfold</c> and <c>scatter</c>. Source: Paulus, Xiong and Socher 2018, section 2.5.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="prefix">The tokens so far, y, in <c>[0, V)</c>, <c>[N, T]</c>, int64; T may be 0.</param>
    /// <param name="n">The length of the n-grams, at least 1.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, other shapes, tokens outside [0, V), or n below 1.</exception>
    public static Tensor NoRepeatNGram(Tensor logits, Tensor prefix, long n)
    {
        var vocabulary = Vocabulary(logits);
        Prefix(prefix, logits);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);

        using var scope = NewDisposeScope();
        var length = prefix.size(1);
        if (length < n)
            return logits.clone().MoveToOuterDisposeScope();
        var grams = prefix.unfold(1, n, 1);                                   // [N, T-n+1, n]
        var recent = prefix.narrow(1, length - n + 1, n - 1).unsqueeze(1);    // [N, 1, n-1]
        var again = (grams.narrow(2, 0, n - 1) == recent).all(2);             // [N, T-n+1]
        var banned = Marked(grams.select(2, n - 1), again, vocabulary);
        return Keep(logits, banned.logical_not()).MoveToOuterDisposeScope();
    }
}
