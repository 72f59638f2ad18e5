using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>Strategies that turn a model's scores, token by token, into sequences.</summary>
/// <remarks>
/// All take any <see cref="IDecoderModel"/>, work on all rows at once on the model's device, and use no gradient. They free every
/// state that they ask for, and leave the first one to the caller.
/// </remarks>
public static partial class Decode
{
    /// <summary>Greedy decoding: always the most probable token.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[t] = argmax p(v | y[&lt; t])</c>, the lowest index where several are equal.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: log-probabilities are summed in float64.</para>
    /// <para>Library op: none; <c>argmax</c> in a loop.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with N rows; left to the caller.</param>
    /// <param name="first">The first token of every row, BOS, <c>[N]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint.</param>
    /// <returns>One sequence a row.</returns>
    /// <exception cref="ArgumentException">Another shape or dtype of <paramref name="first"/>, a length below 1, EOS outside the
    /// vocabulary, or a constraint of another vocabulary or that cannot be met within the length.</exception>
    public static DecodedRows Greedy(IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options) =>
        ToTheEnd(new(model, start, first, options, scores => scores.argmax(1)));

    private static DecodedRows ToTheEnd(RowDecoder decoder)
    {
        using (decoder)
        {
            while (decoder.Step())
            {
            }
            return decoder.Result();
        }
    }
}
