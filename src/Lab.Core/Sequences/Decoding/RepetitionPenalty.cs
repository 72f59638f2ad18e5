using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Makes tokens that were put out before less probable.</summary>
    /// <remarks>
    /// <para>Formula: for tokens of the prefix <c>z / θ</c> where z is positive and <c>z · θ</c> where it is negative; other
    /// logits stay. However often a token came, it is penalised once. θ below 1 rewards repetition.</para>
    /// <para>Gradient: 1, 1/θ or θ.</para>
    /// <para>Numerics: not the same for logits and for log-probabilities, since it looks at their sign: the only filter for which
    /// a constant added to a row makes a difference.</para>
    /// <para>Library op: none. Source: Keskar et al. 2019 (CTRL), section 4.1.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="prefix">The tokens so far, in <c>[0, V)</c>, <c>[N, T]</c>, int64; T may be 0.</param>
    /// <param name="penalty">θ, positive and finite; 1 changes nothing.</param>
    /// <returns>Logits, <c>[N, V]</c>.</returns>
    /// <exception cref="ArgumentException">Not floating point, other shapes, tokens outside [0, V), or a penalty that is not
    /// positive.</exception>
    public static Tensor RepetitionPenalty(Tensor logits, Tensor prefix, double penalty)
    {
        var vocabulary = Vocabulary(logits);
        Prefix(prefix, logits);
        Require.Positive(penalty);

        using var scope = NewDisposeScope();
        var penalised = where(logits > 0, logits / penalty, logits * penalty);
        var seen = Marked(prefix, ones_like(prefix, dtype: ScalarType.Bool), vocabulary);
        return where(seen, penalised, logits).MoveToOuterDisposeScope();
    }
}
