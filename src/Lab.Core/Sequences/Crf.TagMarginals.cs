using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>What a CRF believes about single places and about neighbours.</summary>
/// <param name="Tags">p(yₜ = k), <c>[B, T, K]</c>; 0 at places that are not valid.</param>
/// <param name="Transitions">p(y = i at the valid place before, yₜ = j), <c>[B, T, K, K]</c>; 0 at a chain's first valid place and
/// at places that are not valid.</param>
public sealed record ChainMarginals(Tensor Tags, Tensor Transitions);

/// <summary>How often a CRF expects each of its scores to be taken.</summary>
/// <param name="Start">Probability of each first tag, <c>[B, K]</c>.</param>
/// <param name="Transitions">Expected number of each transition, <c>[B, K, K]</c>.</param>
/// <param name="End">Probability of each last tag, <c>[B, K]</c>.</param>
/// <param name="Tags">Expected number of each tag, <c>[B, K]</c>.</param>
public sealed record ChainCounts(Tensor Start, Tensor Transitions, Tensor End, Tensor Tags);

public static partial class Crf
{
    /// <summary>The probability of each tag at each place, and of each pair of tags at neighbouring places: forward-backward.</summary>
    /// <remarks>
    /// <para>Formula: <c>p(yₜ = k) = exp(αₜ[k] + βₜ[k] - log Z)</c> and
    /// <c>p(yₜ₋₁ = i, yₜ = j) = exp(αₜ₋₁[i] + transitions[i, j] + eₜ[j] + βₜ[j] - log Z)</c>, with α from the left
    /// (<see cref="LogPartition"/>) and β, the same from the right. They are also the gradient of log Z.</para>
    /// <para>Numerics: each place is normalised by itself, by its own log-sum-exp of α + β, which is log Z but for rounding: so the tags of a place
    /// sum to 1 in single precision too, however large the scores. What is forbidden has probability 0 and gradient 0; where every path is, all are
    /// 0.</para>
    /// <para>Oracle: all K^T paths, one by one.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <returns>Both kinds.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static ChainMarginals TagMarginals(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var (tags, pairs) = Posterior(chain);
        return new(
            chain.Back(tags).to(emissions.dtype).MoveToOuterDisposeScope(),
            chain.Back(pairs).to(emissions.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The tag that is most probable at each place by itself.</summary>
    /// <remarks>
    /// <para>Formula: <c>argmaxₖ p(yₜ = k)</c>. No other sequence of tags has more right tags on average; unlike
    /// <see cref="Viterbi"/>'s, it may contain forbidden transitions, and may be a path of probability 0.</para>
    /// <para>Of tags that are equally probable the lowest; where every path is forbidden, <see cref="PaddingTag"/>. No gradient.</para>
    /// <para>Oracle: all K^T paths, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TagMarginals" path="/param|/exception"/>
    /// <returns><c>[B, T]</c>, int64; <see cref="PaddingTag"/> at places that are not valid.</returns>
    public static Tensor PosteriorDecode(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var (alphas, betas) = (stack(chain.Forward(), 1), stack(chain.Backward(), 1));
        var (best, tags) = (alphas + betas).max(2);
        var absent = chain.Valid.logical_not().logical_or(best.isneginf());
        return chain.Back(tags.masked_fill(absent, PaddingTag)).MoveToOuterDisposeScope();
    }

    /// <summary>How often each start, transition, end and tag is expected in a chain: the sufficient statistics.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="TagMarginals"/> added up along the chain. It is the gradient of log Z in these scores, and at the
    /// maximum of likelihood it equals the counts in the data.</para>
    /// <para>Oracle: all K^T paths, counted one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TagMarginals" path="/param|/exception"/>
    /// <returns>Expected counts, per chain.</returns>
    public static ChainCounts ExpectedCounts(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var (tags, pairs) = Posterior(chain);
        var last = (chain.Lengths - 1).clamp(min: 0).reshape(-1, 1, 1).expand(chain.Batch, 1, chain.Tags);
        Tensor[] counts = [tags.select(1, 0), pairs.sum([1]), tags.gather(1, last).squeeze(1), tags.sum([1])];
        var kept = counts.Select(count => count.to(emissions.dtype).MoveToOuterDisposeScope()).ToArray();
        return new(kept[0], kept[1], kept[2], kept[3]);
    }

    /// <summary>Marginals with valid places at the front: <c>[B, T, K]</c> and <c>[B, T, K, K]</c>.</summary>
    private static (Tensor Tags, Tensor Pairs) Posterior(Chain chain)
    {
        var (alphas, betas) = (stack(chain.Forward(), 1), stack(chain.Backward(), 1));             // [B, T, K]
        var scores = alphas + betas;                                      // their log-sum-exp is log Z at every place
        var possible = scores.isneginf().all(2).logical_not();            // [B, T]
        var absent = chain.Valid.logical_and(possible).logical_not().unsqueeze(2);                 // [B, T, 1]
        var tags = Activation.Softmax(scores.masked_fill(absent, 0), 2).masked_fill(absent, 0);

        var none = zeros([chain.Batch, 1, chain.Tags, chain.Tags], tags.dtype, tags.device);
        if (chain.Length == 1)
            return (tags, none);
        var rest = chain.Length - 1;
        var after = (chain.Emissions + betas).narrow(1, 1, rest).unsqueeze(2);
        var joint = (alphas.narrow(1, 0, rest).unsqueeze(3) + chain.Transitions + after).flatten(2);                   // [B, T - 1, K²]
        var missing = absent.narrow(1, 1, rest);
        var pairs = Activation.Softmax(joint.masked_fill(missing, 0), 2).masked_fill(missing, 0)
            .reshape(chain.Batch, rest, chain.Tags, chain.Tags);
        return (tags, cat([none, pairs], 1));
    }
}
