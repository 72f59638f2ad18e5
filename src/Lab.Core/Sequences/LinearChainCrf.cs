using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>A CRF layer: learned transition, start and end scores that stand on top of a network's emissions.</summary>
/// <remarks>
/// <para>State-dict keys: <c>transitions</c> <c>[K, K]</c> (from the row's tag to the column's), <c>start</c> and <c>end</c> <c>[K]</c>;
/// all parameters, drawn evenly from ±0.1. Constraints are not saved: they belong to the labels.</para>
/// <para>With constraints, what is forbidden scores -∞ in training and in decoding: no probability is spent on it, and no
/// path that is decoded contains it.</para>
/// <para>The mean over a batch is the caller's: <c>crf.call(emissions, tags, mask).mean()</c>.</para>
/// </remarks>
public sealed class LinearChainCrf : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Parameter transitions;
    private readonly Parameter start;
    private readonly Parameter end;

    /// <summary>Makes the layer.</summary>
    /// <param name="tags">K, at least 1.</param>
    /// <param name="constraints">What may begin, follow and end; of K labels. None allows all.</param>
    /// <exception cref="ArgumentException">No tags, or constraints for another number of labels.</exception>
    public LinearChainCrf(long tags, TagConstraints? constraints = null)
        : base(nameof(LinearChainCrf))
    {
        Require.Positive(tags);
        if (constraints is not null && constraints.Labels.Count != tags)
            throw new ArgumentException($"constraints must be for {tags} labels, got {constraints.Labels.Count}.", nameof(constraints));

        transitions = Uniform(tags, tags);
        start = Uniform(tags);
        end = Uniform(tags);
        Constraints = constraints;
        RegisterComponents();
    }

    /// <summary>What may begin, follow and end; null allows all.</summary>
    public TagConstraints? Constraints { get; }

    /// <summary>K.</summary>
    public long Tags => start.size(0);

    /// <summary>Transitions as they are used: -∞ where forbidden. A new tensor, <c>[K, K]</c>.</summary>
    public Tensor Transitions => Constrained(transitions, forbidden => forbidden.Transitions);

    /// <summary>Start scores as they are used: -∞ where forbidden. A new tensor, <c>[K]</c>.</summary>
    public Tensor Start => Constrained(start, forbidden => forbidden.Start);

    /// <summary>End scores as they are used: -∞ where forbidden. A new tensor, <c>[K]</c>.</summary>
    public Tensor End => Constrained(end, forbidden => forbidden.End);

    /// <summary>The negative log-likelihood of the right tags: <see cref="Crf.PathNegativeLogLikelihood"/>.</summary>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, the dtype and device of the layer.</param>
    /// <param name="tags">The right tags, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; null means all.</param>
    /// <returns>Nats per chain, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag
    /// outside.</exception>
    public override Tensor forward(Tensor emissions, Tensor tags, Tensor? mask)
    {
        CheckEmissions(emissions);
        using var scope = NewDisposeScope();
        return Crf.PathNegativeLogLikelihood(emissions, tags, Transitions, Start, End, mask).MoveToOuterDisposeScope();
    }

    /// <summary>The best tags: <see cref="Crf.Viterbi"/>.</summary>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, the dtype and device of the layer.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; null means all.</param>
    /// <returns>Tags and scores.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public BestPath Decode(Tensor emissions, Tensor? mask = null)
    {
        CheckEmissions(emissions);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var best = Crf.Viterbi(emissions, Transitions, Start, End, mask);
        return new(best.Tags.MoveToOuterDisposeScope(), best.Scores.MoveToOuterDisposeScope());
    }

    private void CheckEmissions(Tensor emissions)
    {
        Require.FloatingPoint(emissions);
        if (emissions.shape is not [_, > 0, var width] || width != Tags)
            throw Require.BadShape(emissions, $"[B, T, {Tags}] with T >= 1");
        Require.SameDtype(emissions, transitions, likeName: "the layer");
        Require.SameDevice(emissions, transitions, likeName: "the layer");
    }

    private static Parameter Uniform(params long[] shape)
    {
        using var scope = NewDisposeScope();
        return (Parameter)new Parameter(0.2 * rand(shape) - 0.1).DetachFromDisposeScope();
    }

    private Tensor Constrained(Parameter scores, Func<ForbiddenTags, Tensor> which)
    {
        if (Constraints is null)
            return scores.alias();
        using var scope = NewDisposeScope();
        return scores.masked_fill(which(Constraints.Forbidden(scores.device)), double.NegativeInfinity).MoveToOuterDisposeScope();
    }
}
