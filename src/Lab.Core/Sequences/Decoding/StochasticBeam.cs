using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class Decode
{
    /// <summary>Stochastic beam search: draws different sequences, one after another, as if each were taken out of the urn.</summary>
    /// <remarks>
    /// <para>Formula: the sequences with the greatest <c>log p(y) + g(y)</c>, for Gumbel noise g. The tree of prefixes is walked
    /// from the top: the greatest of a prefix's sequences is the prefix's own number, and those of its continuations are drawn
    /// given that. So a beam of k prefixes is enough to find the k greatest, without ever drawing a sequence twice.</para>
    /// <para>The first is a sample from the model. With a rule or a constraint, p is the distribution that they leave, as in
    /// <see cref="Sample"/>.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: in float64.</para>
    /// <para>Library op: none; enumeration. Source: Kool, van Hoof and Welling 2019, algorithm 1.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with B rows, one an example; left to the caller.</param>
    /// <param name="first">The first token of every example, BOS, <c>[B]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint. A sequence that is cut there counts as one.</param>
    /// <param name="count">k, how many sequences to draw, at least 1.</param>
    /// <param name="generator">The source of chance, on the model's device.</param>
    /// <returns>k different sequences in the order drawn, <c>Scores</c> their perturbed log-probabilities; of length 0 where there
    /// are not so many.</returns>
    /// <exception cref="ArgumentException">As <see cref="Greedy"/>; or a count below 1, or no generator.</exception>
    public static Hypotheses StochasticBeam(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, long count, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(generator);
        using var search = new StochasticBeamSearch(model, start, first, options, count, generator);
        return search.Run();
    }
}
