using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>Draws tokens from logits.</summary>
public static partial class TokenSampling
{
    private const double JustBelowOne = 1 - 1.0 / (1L << 40);

    /// <summary>Draws tokens, with replacement.</summary>
    /// <remarks>
    /// <para>Formula: with u even on [0, 1) the first v for which <c>p[0] + ... + p[v] &gt; u</c>. One random number a draw.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: probabilities and sums in float64. A token of probability 0 is never drawn. A row of only -∞ or with a NaN
    /// has no distribution: what it gives means nothing, but is in [0, V).</para>
    /// <para>Library op: <c>multinomial</c>, which takes probabilities, and V random numbers for one draw.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ for tokens that are out.</param>
    /// <param name="count">How many to draw for each row, not negative.</param>
    /// <param name="generator">The source of chance, on the logits' device.</param>
    /// <returns>Tokens, <c>[N, count]</c>, int64.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, a negative count, or no generator.</exception>
    public static Tensor Categorical(Tensor logits, long count, Generator generator)
    {
        Check(logits, count, generator);

        using var scope = NewDisposeScope();
        var mass = logits.detach().to(ScalarType.Float64).softmax(1).cumsum(1);           // [N, V]
        var u = rand([logits.size(0), count], dtype: ScalarType.Float64, device: logits.device, generator: generator);
        var reach = u * JustBelowOne * mass.narrow(1, mass.size(1) - 1, 1);               // less than the last sum, however it rounds
        return searchsorted(mass, reach, right: true).clamp(0, mass.size(1) - 1).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor logits, long count, Generator generator)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [_, > 0])
            throw Require.BadShape(logits, "[N, V] with V >= 1");
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(generator);
    }
}
