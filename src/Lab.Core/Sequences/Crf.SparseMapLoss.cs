using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

public static partial class Crf
{
    /// <summary>The loss that goes with <see cref="SparseMap"/>, as <see cref="PathNegativeLogLikelihood"/> goes with marginals.</summary>
    /// <remarks>
    /// <para>Formula: <c>[max Σ p(y)·score(y) - ½‖μ‖²] - [score(gold) - ½n]</c>, the maximum over distributions p on paths, n the number of
    /// valid places. It is the Fenchel-Young loss of ½‖μ‖²: never negative, and 0 exactly where SparseMAP gives the right path alone. That is where the
    /// right path is above every other by half the square distance of their tags, which is the number of tags in which they
    /// differ: the margin of <see cref="StructuredHinge"/> with cost 1. Unlike the hinge loss it has a slope that changes without jumps.</para>
    /// <para>Gradient: in emissions <c>μ - [yₜ = k]</c>, in transitions what the sparse distribution expects less what the right path has.</para>
    /// <para>Numerics: not negative, however few the rounds; with one it is the loss of <see cref="StructuredPerceptron"/>. A right path
    /// that is forbidden costs +∞ with gradient 0; a chain without valid places costs 0. Computed as <see cref="SparseMap"/> is; a score of NaN or +∞ makes the chain's loss NaN.</para>
    /// <para>Oracle: an interior-point method over all K^T paths. Source: Niculae, Martins, Blondel and Cardie 2018, section 5; Blondel,
    /// Martins and Niculae 2020.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="tags">The right path, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="rounds">The most paths to look at, at least 1. Fewer give a lower bound of the loss, and its gradient.</param>
    /// <returns>In units of the scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, rounds below 1, or (on the CPU) a tag
    /// outside.</exception>
    public static Tensor SparseMapLoss(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        int rounds = ManyRounds)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);
        Require.Positive(rounds);

        using var scope = NewDisposeScope();
        var chain = InDouble(emissions, transitions, start, end, mask);
        var gold = chain.ToFront(tags).masked_fill(chain.Valid.logical_not(), 0);
        var found = Sparse(chain, rounds);
        var score = ScoreOf(chain, gold);
        var forbidden = score.isneginf();
        var lead = found.Scores - score.masked_fill(forbidden, 0).unsqueeze(1);                    // [B, N]
        var (won, spread) = ((found.Weights * lead).sum(1), found.Tags.square().sum([1, 2]));
        var losses = won + 0.5 * (chain.Lengths - spread);
        return losses.masked_fill(forbidden, double.PositiveInfinity).masked_fill(Broken(chain), double.NaN)
            .to(emissions.dtype).MoveToOuterDisposeScope();
    }
}
