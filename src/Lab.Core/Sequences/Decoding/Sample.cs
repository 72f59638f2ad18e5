using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class Decode
{
    /// <summary>Ancestral sampling: every token is drawn from the model's distribution, as the rule changed it.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[t] ~ softmax(rule(z[t]))</c>. Without a rule, sequences come with the model's own probability. With
    /// <see cref="LogitFilter"/> as rules it is temperature, top-k, nucleus, min-p or typical sampling.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: <see cref="TokenSampling.Categorical"/>, one random number a row and step. Rows that have ended use theirs up,
    /// too: what a row draws does not depend on when others end.</para>
    /// <para>Library op: none; <c>multinomial</c> in a loop.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with N rows; left to the caller.</param>
    /// <param name="first">The first token of every row, BOS, <c>[N]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint.</param>
    /// <param name="generator">The source of chance, on the model's device.</param>
    /// <returns>One sequence a row.</returns>
    /// <exception cref="ArgumentException">As <see cref="Greedy"/>; or no generator.</exception>
    public static DecodedRows Sample(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return ToTheEnd(new(model, start, first, options, Drawn(generator)));
    }

    /// <summary>Greedy decoding or sampling, with the tokens as they come.</summary>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with N rows; left to the caller, and alive until the end.</param>
    /// <param name="first">The first token of every row, BOS, <c>[N]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint.</param>
    /// <param name="generator">The source of chance; null decodes greedily.</param>
    /// <returns>For every step one token a row, padding where a row has ended. The model makes a step when the next is asked
    /// for; who stops asking (<c>break</c>) frees everything.</returns>
    /// <exception cref="ArgumentException">As <see cref="Greedy"/>.</exception>
    public static IEnumerable<IReadOnlyList<long>> Stream(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, Generator? generator = null)
    {
        return Steps(new(model, start, first, options, generator is null ? scores => scores.argmax(1) : Drawn(generator)));

        static IEnumerable<IReadOnlyList<long>> Steps(RowDecoder decoder)
        {
            using (decoder)
            {
                while (decoder.Step())
                    yield return decoder.LastTokens();
            }
        }
    }

    private static Func<Tensor, Tensor> Drawn(Generator generator) => scores => TokenSampling.Categorical(scores, 1, generator).squeeze(1);
}
