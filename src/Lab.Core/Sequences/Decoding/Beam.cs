using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class Decode
{
    /// <summary>Beam search: keeps the best few unfinished hypotheses, and looks for the most probable whole sequence.</summary>
    /// <remarks>
    /// <para>Formula: of all continuations of the K hypotheses by a token other than EOS the K most probable go on. Each of the K
    /// may also end: then it competes with all that ended before, by <c>log p / divisor(length)</c>, EOS counted and BOS not.
    /// Finished hypotheses are never ranked against unfinished ones.</para>
    /// <para>What is given are the best finished hypotheses. Where there are fewer than wanted, unfinished ones of the greatest
    /// length follow, marked as such.</para>
    /// <para>A constraint or a rule takes sequences out of the search; scores stay the model's: log-probabilities are not
    /// normalised again. The rule is given log-probabilities, and what it makes of them counts as at most 0.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: log-probabilities are summed in float64. Of equal hypotheses the one that was there first is kept.</para>
    /// <para>Library op: none; enumeration where the width is V^T.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with B rows, one an example; left to the caller.</param>
    /// <param name="first">The first token of every example, BOS, <c>[B]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint.</param>
    /// <param name="beam">Width, how many to give, length penalty.</param>
    /// <returns>The n best sequences of every example.</returns>
    /// <exception cref="ArgumentException">As <see cref="Greedy"/>; or a width or a number of best below 1.</exception>
    public static Hypotheses Beam(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, BeamOptions beam)
    {
        using var search = new BeamSearch(model, start, first, options, beam);
        return search.Run()[0];
    }

    /// <summary>Diverse beam search: several groups, each held away from what those before it chose at the same step.</summary>
    /// <remarks>
    /// <para>Formula: group g ranks continuations by <c>log p - λ·n(v)</c>, where n counts how often the groups before it chose
    /// token v in this step (Hamming diversity). The log-probabilities that hypotheses carry on and are given with stay the
    /// model's. With λ = 0 every group is a beam search of its own width.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: as <see cref="Beam"/>.</para>
    /// <para>Library op: none. Source: Vijayakumar et al. 2018.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token, with B rows, one an example; left to the caller.</param>
    /// <param name="first">The first token of every example, BOS, <c>[B]</c>, int64, on the model's device.</param>
    /// <param name="options">EOS, padding, the greatest length, rule and constraint.</param>
    /// <param name="beam">Width of all groups together, how many each group gives, length penalty.</param>
    /// <param name="groups">G, at least 1; it divides the width.</param>
    /// <param name="diversity">λ, not negative, in nats.</param>
    /// <returns>The best of each group, the first group first: <c>G·n</c> sequences an example.</returns>
    /// <exception cref="ArgumentException">As <see cref="Beam"/>; groups that do not divide the width, or a negative
    /// diversity.</exception>
    public static Hypotheses DiverseBeam(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, BeamOptions beam, int groups, double diversity)
    {
        ArgumentNullException.ThrowIfNull(beam);
        if (groups < 1 || beam.Width % groups != 0)
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"Must divide the width, {beam.Width}.");
        Require.NotNegative(diversity);

        using var scope = NewDisposeScope();
        using var search = new BeamSearch(model, start, first, options, beam, groups, diversity);
        var best = search.Run();
        return new(
            Joined(best, h => h.Tokens), Joined(best, h => h.Lengths), Joined(best, h => h.LogProbs), Joined(best, h => h.Scores),
            Joined(best, h => h.Finished));
    }

    private static Tensor Joined(Hypotheses[] groups, Func<Hypotheses, Tensor> part) =>
        cat([.. groups.Select(part)], 1).MoveToOuterDisposeScope();
}
