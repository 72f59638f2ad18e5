using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

public static partial class Crf
{
    /// <summary>The structured perceptron's loss: how far the best path scores above the right one.</summary>
    /// <remarks>
    /// <para>Formula: <c>max_y score(y) - score(gold)</c>; 0 where the right path is the best.</para>
    /// <para>Gradient: counts of the best path less counts of the right one, the perceptron's update; 0 once it is right, by
    /// however little. Of paths that score the same, <see cref="Viterbi"/>'s.</para>
    /// <para>Numerics: a right path that is forbidden costs +∞ with gradient 0. A chain without valid places costs 0.</para>
    /// <para>Oracle: all K^T paths, one by one. Source: Collins 2002.</para>
    /// </remarks>
    /// <inheritdoc cref="PathScore" path="/param|/exception"/>
    /// <returns>In units of the scores, <c>[B]</c>.</returns>
    public static Tensor StructuredPerceptron(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);
        return Margin(emissions, tags, transitions, start, end, mask, cost: 0);
    }

    /// <summary>The structured hinge loss: the right path must score above every other by a margin that grows with its errors.</summary>
    /// <remarks>
    /// <para>Formula: <c>max_y [score(y) + cost·Hamming(y, gold)] - score(gold)</c>, where Hamming counts wrong tags. The maximum is
    /// found by <see cref="Viterbi"/> with <c>cost</c> added to every wrong tag's emission (loss-augmented decoding). It
    /// is never below <c>cost·Hamming(best path, gold)</c>, and 0 only where each path is beaten by its margin.</para>
    /// <para>Gradient: counts of the path that violates most less counts of the right one.</para>
    /// <para>Numerics: a right path that is forbidden costs +∞ with gradient 0. A chain without valid places costs 0.</para>
    /// <para>Oracle: all K^T paths, one by one. Source: Taskar, Guestrin and Koller 2003; Tsochantaridis et al. 2005
    /// (margin rescaling).</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="tags">The right path, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="cost">The margin asked for per wrong tag, finite, not negative; 0 gives <see cref="StructuredPerceptron"/>.</param>
    /// <returns>In units of the scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a negative cost, or (on the CPU) a
    /// tag outside.</exception>
    public static Tensor StructuredHinge(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        double cost = 1)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);
        Require.NotNegative(cost);
        return Margin(emissions, tags, transitions, start, end, mask, cost);
    }

    /// <summary>Minimum risk: the cost that the model expects of a path drawn from it.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ_y p(y)·cost(y, gold)</c>. For a cost that counts wrong tags it is
    /// <c>Σₜ (1 - p(yₜ = goldₜ))</c>: only marginals are needed. With a table it is <c>Σₜ Σₖ table[goldₜ, k]·p(yₜ = k)</c>.</para>
    /// <para>Gradient: through <see cref="TagMarginals"/>; bounded, unlike that of likelihood, so one hopeless sentence cannot
    /// drag everything. It is not convex: train by likelihood first.</para>
    /// <para>Numerics: where every path is forbidden, nothing is expected, and the value is 0.</para>
    /// <para>Oracle: all K^T paths, one by one. Source: Smith and Eisner 2006; Kaiser, Horvat and Kačič 2000.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="tags">The right path, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="costs">What it costs to say the column's tag where the row's is right, <c>[K, K]</c>, a constant; none
    /// means 1 for every wrong tag.</param>
    /// <returns>Expected cost, <c>[B]</c>: without a table the expected number of wrong tags.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag
    /// outside.</exception>
    public static Tensor MinimumRisk(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        Tensor? costs = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);
        if (costs is not null)
            ChainShapes.Scores(costs, [emissions.size(2), emissions.size(2)], emissions);

        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var (marginals, _) = Posterior(chain);
        var gold = chain.ToFront(tags).masked_fill(chain.Valid.logical_not(), 0);
        var table = costs?.detach().to(marginals.dtype)
            ?? 1 - eye(chain.Tags, dtype: marginals.dtype, device: marginals.device);
        var ofGold = table.index_select(0, gold.reshape(-1)).reshape(marginals.shape);             // [B, T, K]
        return (ofGold * marginals).sum([1, 2]).to(emissions.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Margin(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask, double cost)
    {
        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var gold = chain.ToFront(tags).masked_fill(chain.Valid.logical_not(), 0);
        var wrong = nn.functional.one_hot(gold, chain.Tags).eq(0).to(chain.Emissions.dtype);      // [B, T, K]
        var augmented = chain.Emissions + cost * wrong;
        var violator = Viterbi(augmented, chain.Transitions, chain.Start, chain.End, chain.Valid).Tags;
        var rival = Chain.Of(augmented, chain.Transitions, chain.Start, chain.End, chain.Valid);
        var score = ScoreOf(chain, gold);
        var forbidden = score.isneginf();
        var margin = ScoreOf(rival, violator.clamp(min: 0)) - score;
        return margin.masked_fill(forbidden, double.PositiveInfinity).to(emissions.dtype).MoveToOuterDisposeScope();
    }
}
