using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>How good each of some sequences is when another of them is right.</summary>
/// <param name="tokens">S sequences an example, <c>[B, S, T]</c>, int64.</param>
/// <param name="lengths">How many tokens each has, <c>[B, S]</c>, int64.</param>
/// <returns>Utility of sequence i when j is right, <c>[B, S, S]</c>, floating point.</returns>
public delegate Tensor SequenceUtility(Tensor tokens, Tensor lengths);

/// <summary>The sequence that agrees best with all.</summary>
/// <param name="Chosen">Its index for every example, <c>[B]</c>, int64.</param>
/// <param name="Utilities">The mean utility of each sequence over all, <c>[B, S]</c>.</param>
public sealed record Consensus(Tensor Chosen, Tensor Utilities);

public static partial class Decode
{
    /// <summary>Minimum Bayes risk decoding: of samples of a model the one that is best on average if any of them is right.</summary>
    /// <remarks>
    /// <para>Formula: <c>argmax over i of Σ u[i, j] / S</c>, j over all samples: their mean estimates the utility that the model
    /// expects of sample i. The most probable sequence need not be the one that is least wrong.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: means in float64. Of equal ones the first.</para>
    /// <para>Library op: <c>mean</c>, <c>argmax</c>. Source: Kumar and Byrne 2004; Eikema and Aziz 2020.</para>
    /// </remarks>
    /// <param name="utilities">What sample i is worth when j is right, <c>[B, S, S]</c>, floating point:
    /// <see cref="SequenceUtilities"/>.</param>
    /// <returns>Index and mean utilities.</returns>
    /// <exception cref="ArgumentException">Not floating point, or another shape.</exception>
    public static Consensus MinimumBayesRisk(Tensor utilities)
    {
        Require.FloatingPoint(utilities);
        if (utilities.shape is not [_, var samples and > 0, var references] || references != samples)
            throw Require.BadShape(utilities, "[B, S, S] with S >= 1");

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var mean = utilities.to(ScalarType.Float64).mean([2]);
        return new(mean.argmax(1).MoveToOuterDisposeScope(), mean.to(utilities.dtype, copy: true).MoveToOuterDisposeScope());
    }
}
