using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

public static partial class Crf
{
    /// <summary>How undecided a CRF is: the entropy of its distribution over paths.</summary>
    /// <remarks>
    /// <para>Formula: <c>-Σ p(y)·log p(y)</c> over all paths. Seen from the right, a CRF is a Markov chain,
    /// <c>p(yₜ = j | yₜ₋₁ = i) = softmaxⱼ(transitions[i, j] + eₜ[j] + βₜ[j])</c>, and entropies of a chain add up:
    /// <c>hₜ₋₁[i] = Σⱼ p(j | i)·(hₜ[j] - log p(j | i))</c>.</para>
    /// <para>Range: 0 (one path has all) to T·log K (all the same). No term is negative, so no digits cancel.</para>
    /// <para>Numerics: 0·log 0 counts as 0. Where every path is forbidden there is no distribution, and the value is 0.</para>
    /// <para>Oracle: all K^T paths, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TagMarginals" path="/param|/exception"/>
    /// <returns>Nats, <c>[B]</c>.</returns>
    public static Tensor PathEntropy(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var betas = chain.Backward();
        var rest = zeros_like(betas[0]);                                  // [B, K]: entropy of what follows each tag
        for (var t = chain.Length - 1; t > 0; t--)
        {
            using var step = NewDisposeScope();
            var logProbs = Conditional(chain.Transitions + (chain.At(t) + betas[t]).unsqueeze(1));          // [B, K, K]
            rest = where(chain.ValidAt(t), Surprise(logProbs, rest.unsqueeze(1)), rest).MoveToOuterDisposeScope();
        }
        var entropy = Surprise(Conditional(chain.Start + chain.At(0) + betas[0]), rest);
        return entropy.masked_fill(chain.Any.logical_not(), 0).to(emissions.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Draws paths from the distribution.</summary>
    /// <remarks>
    /// <para>Formula: the first tag from <c>softmax(start + e₁ + β₁)</c>, then each from <c>p(· | the tag before)</c>, see
    /// <see cref="PathEntropy"/>: exact, and T steps for any number of paths. Each draw turns one number u, even in [0, 1), into the
    /// first tag at which the summed probabilities pass u.</para>
    /// <para>Where every path is forbidden, all tags are <see cref="PaddingTag"/>. No gradient.</para>
    /// <para>Oracle: the same numbers u, and conditional probabilities from all K^T paths.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="count">N, how many paths, at least 1.</param>
    /// <param name="generator">Where the randomness comes from; it may be on another device than the scores.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <returns><c>[B, N, T]</c>, int64; <see cref="PaddingTag"/> at places that are not valid.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or a count below 1.</exception>
    public static Tensor SamplePaths(
        Tensor emissions, Tensor transitions, int count, Generator generator, Tensor? start = null, Tensor? end = null,
        Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        Require.Positive(count);
        ArgumentNullException.ThrowIfNull(generator);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var betas = chain.Backward();
        var uniform = rand([chain.Length, chain.Batch, count], ScalarType.Float64, generator.device, generator: generator)
            .to(emissions.device);
        var first = Conditional(chain.Start + chain.At(0) + betas[0]);
        var tag = Draw(first.unsqueeze(1).expand(chain.Batch, count, chain.Tags), uniform[0]);     // [B, N]
        var path = new List<Tensor> { tag };
        for (var t = 1; t < chain.Length; t++)
        {
            using var step = NewDisposeScope();
            var logProbs = Conditional(chain.Transitions + (chain.At(t) + betas[t]).unsqueeze(1)); // [B, K, K]
            var next = logProbs.gather(1, tag.unsqueeze(2).expand(chain.Batch, count, chain.Tags));
            tag = Draw(next, uniform[t]).MoveToOuterDisposeScope();
            path.Add(tag);
        }
        var absent = chain.Valid.logical_not().logical_or(first.isneginf().all(1, keepdim: true)).unsqueeze(2);
        var tags = chain.Back(stack(path, 1).masked_fill(absent, PaddingTag));                     // [B, T, N]
        return tags.transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Log-softmax along the last dimension; where all is forbidden, -∞.</summary>
    private static Tensor Conditional(Tensor scores)
    {
        var max = scores.detach().amax([-1], keepdim: true);
        var shifted = scores - max.masked_fill(max.isinf(), 0);
        var logPartition = Activation.LogSumExp(shifted, -1, keepdim: true);
        return shifted - logPartition.masked_fill(logPartition.isneginf(), 0);
    }

    /// <summary>Σ p·(rest - log p) along the last dimension.</summary>
    private static Tensor Surprise(Tensor logProbs, Tensor rest)
    {
        var impossible = logProbs.isneginf();
        return (logProbs.exp() * (rest - logProbs.masked_fill(impossible, 0))).sum(-1);
    }

    /// <summary>The first index at which summed probabilities pass u; never one of probability 0.</summary>
    private static Tensor Draw(Tensor logProbs, Tensor uniform)
    {
        var mass = logProbs.exp().to(ScalarType.Float64).cumsum(-1);
        var all = mass.narrow(-1, mass.size(-1) - 1, 1);
        var passed = (mass <= uniform.unsqueeze(-1) * all).logical_and(mass < all);
        return passed.sum(-1, type: ScalarType.Int64);
    }
}
