using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The best path of each chain.</summary>
/// <param name="Tags"><c>[B, T]</c>, int64; <see cref="Crf.PaddingTag"/> at places that are not valid.</param>
/// <param name="Scores"><c>[B]</c>.</param>
public sealed record BestPath(Tensor Tags, Tensor Scores);

/// <summary>The N best paths of each chain, the best first.</summary>
/// <param name="Tags"><c>[B, N, T]</c>, int64; <see cref="Crf.PaddingTag"/> at places that are not valid, and all along a path
/// that is not there.</param>
/// <param name="Scores"><c>[B, N]</c>, falling; -∞ where a chain has fewer paths.</param>
public sealed record BestPaths(Tensor Tags, Tensor Scores);

public static partial class Crf
{
    /// <summary>The path of the highest score.</summary>
    /// <remarks>
    /// <para>Formula: as <see cref="LogPartition"/>, with a maximum in place of each log-sum-exp; then back from the best last tag,
    /// to the tag before it that made it best, and so on. Chains that end earlier wait, and set out from their own last place.</para>
    /// <para>Of paths that score the same: the one with the lowest last tag, then the lowest before it. No gradient: score the path
    /// with <see cref="PathScore"/> for one. Scores that are NaN give no meaningful path.</para>
    /// <para>Where every path is forbidden, the score is -∞ and all tags are <see cref="PaddingTag"/>.</para>
    /// <para>Oracle: all K^T paths, one by one. Source: Viterbi 1967.</para>
    /// </remarks>
    /// <inheritdoc cref="LogPartition" path="/param|/exception"/>
    /// <returns>Tags and scores.</returns>
    public static BestPath Viterbi(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        CrfForm form = CrfForm.Auto)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Form(form);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (Choose(form, emissions) == CrfForm.Kernel)
        {
            var (fastTags, fastScores) = ChainViterbi.Run(emissions, transitions, start, end, mask);
            return new(fastTags.MoveToOuterDisposeScope(), fastScores.MoveToOuterDisposeScope());
        }

        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var score = chain.Start + chain.At(0);                            // [B, K]: of the best beginning that ends in each tag
        var before = new List<Tensor>();                                  // the tag before each, on that beginning
        for (var t = 1; t < chain.Length; t++)
        {
            using var step = NewDisposeScope();
            var (best, from) = (score.unsqueeze(2) + chain.Transitions).max(1);
            score = where(chain.ValidAt(t), best + chain.At(t), score).MoveToOuterDisposeScope();
            before.Add(from.MoveToOuterDisposeScope());
        }
        var (total, tag) = (score + chain.End).max(1);
        total = total.masked_fill(chain.Any.logical_not(), 0);

        var path = new List<Tensor> { tag.unsqueeze(1) };                 // [B, 1]
        for (var t = chain.Length - 1; t > 0; t--)
            path.Add(where(chain.ValidAt(t), before[t - 1].gather(1, path[^1]), path[^1]));
        path.Reverse();
        var absent = chain.Valid.logical_not().logical_or(total.isneginf().unsqueeze(1));
        var tags = chain.Back(cat(path, 1).masked_fill(absent, PaddingTag));
        return new(tags.MoveToOuterDisposeScope(), total.to(emissions.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The N paths of the highest scores.</summary>
    /// <remarks>
    /// <para>Formula: as <see cref="Viterbi"/>, keeping for each tag the N best beginnings that end in it: the N best paths are made
    /// of these.</para>
    /// <para>All paths are different. A chain with fewer than N paths (forbidden ones do not count) has scores of -∞ at the end.
    /// The order of paths that score the same is not fixed.</para>
    /// <para>Oracle: all K^T paths, sorted. Source: Schwartz and Chow 1990.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <returns>Tags and scores.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or a count below 1.</exception>
    public static BestPaths KBestViterbi(
        Tensor emissions, Tensor transitions, int count, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        Require.Positive(count);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var (batch, tags) = (chain.Batch, chain.Tags);
        var score = full([batch, count, tags], double.NegativeInfinity, chain.Emissions.dtype, chain.Emissions.device);
        score[.., 0] = chain.Start + chain.At(0);                         // [B, N, K]: one beginning per tag so far
        var before = new List<Tensor>();                                  // [B, N, K]: n·K + tag of what it goes on from
        var stay = arange(count * tags, device: score.device).reshape(1, count, tags).expand(batch, count, tags);
        for (var t = 1; t < chain.Length; t++)
        {
            using var step = NewDisposeScope();
            var onward = (score.unsqueeze(3) + chain.Transitions).reshape(batch, count * tags, tags);
            var (best, from) = onward.topk(count, dim: 1);
            var valid = chain.ValidAt(t).unsqueeze(2);
            score = where(valid, best + chain.At(t).unsqueeze(1), score).MoveToOuterDisposeScope();
            before.Add(where(valid, from, stay).MoveToOuterDisposeScope());
        }
        var none = chain.Any.logical_not();
        var (total, which) = (score + chain.End).reshape(batch, count * tags).topk(count, dim: 1);          // [B, N]
        total = total.masked_fill(none.unsqueeze(1), double.NegativeInfinity);
        total[.., 0] = total[.., 0].masked_fill(none, 0);                 // only the empty path

        var path = new List<Tensor>();
        for (var t = chain.Length - 1; t >= 0; t--)
        {
            path.Add(which.remainder(tags));
            if (t > 0)
                which = before[t - 1].reshape(batch, count * tags).gather(1, which);
        }
        path.Reverse();
        var absent = chain.Valid.logical_not().unsqueeze(2).logical_or(total.isneginf().unsqueeze(1));      // [B, T, N]
        var found = chain.Back(stack(path, 1).masked_fill(absent, PaddingTag)).transpose(1, 2).contiguous();
        return new(found.MoveToOuterDisposeScope(), total.to(emissions.dtype).MoveToOuterDisposeScope());
    }
}
