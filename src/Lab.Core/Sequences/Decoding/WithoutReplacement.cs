using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class TokenSampling
{
    /// <summary>Draws different tokens, one after another (Gumbel top-k).</summary>
    /// <remarks>
    /// <para>Formula: the tokens with the greatest <c>z[v] + g[v]</c>, for noise <c>g = -log(-log u)</c> of the Gumbel
    /// distribution. The first has probability p, the second <c>p / (1 - p[first])</c>, and so on: as if each token were taken
    /// out of the urn.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: in float64. A token of probability 0 is never drawn.</para>
    /// <para>Library op: <c>multinomial</c> with <c>replacement: false</c>. Source: Kool, van Hoof and Welling 2019.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ for tokens that are out.</param>
    /// <param name="count">How many to draw for each row, not negative; more than V draws all.</param>
    /// <param name="generator">The source of chance, on the logits' device.</param>
    /// <returns>Tokens in the order drawn, <c>[N, min(count, V)]</c>, int64; -1 where a row has no more tokens that can be
    /// drawn.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, a negative count, or no generator.</exception>
    public static Tensor WithoutReplacement(Tensor logits, long count, Generator generator)
    {
        Check(logits, count, generator);

        using var scope = NewDisposeScope();
        var keys = logits.detach().to(ScalarType.Float64) + Gumbel(logits.shape, logits.device, generator);
        var (best, tokens) = keys.topk((int)Math.Min(count, logits.size(1)), 1);
        return where(best == double.NegativeInfinity, -1, tokens).MoveToOuterDisposeScope();
    }

    /// <summary>Noise of the standard Gumbel distribution.</summary>
    internal static Tensor Gumbel(long[] shape, Device device, Generator generator) =>
        -(-rand(shape, dtype: ScalarType.Float64, device: device, generator: generator).clamp(min: 1e-300).log()).log();
}
