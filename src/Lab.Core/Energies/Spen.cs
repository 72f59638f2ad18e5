using Lab.Core.Losses;
using Lab.Core.Runtime;
using Lab.Core.Sequences;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Energies;

/// <summary>A structured prediction energy network for tag sequences: a layer on top of a network's emissions, as <see cref="LinearChainCrf"/> is one.</summary>
/// <remarks>
/// <para>Energy: <c>E(y) = -Σ_t ⟨emissions[t], y[t]⟩ + G(y)</c>, y soft labels and G a <see cref="LabelEnergy"/>. Tags are found by going
/// down <c>E(y) - τ·H(y)</c> for S steps of <see cref="Relaxation.MirrorDescent"/> from even distributions, with a learned rate for each step, and taking
/// the most probable tag of each place.</para>
/// <para>Training, end to end: what the S steps compute is a network like any other, so the gradient of a loss on its outputs is carried back
/// through all of them. All steps are asked to be right, later ones more: <c>Σ_s w_s·CE(z_s)</c> with <c>w_s ∝ 1/(S - s + 1)</c>.</para>
/// <para>The labels' distributions are no marginals of any distribution over sequences: E is a measure, not a log-probability, and what comes out
/// after S steps is what training made of it. A new layer with τ = 1 and one step is the softmax tagger plus a small disturbance.</para>
/// <para>State-dict keys: <c>energy.filter</c> <c>[M, K, W]</c>, <c>energy.bias</c> and <c>energy.weight</c> <c>[M]</c>, <c>rates</c> <c>[S]</c>, all 1 at first.</para>
/// <para>Oracle: the energy's gradient written by hand, step after step. Source: Belanger and McCallum 2016; Belanger, Yang and McCallum 2017, equation 9
/// for the weights of the steps.</para>
/// </remarks>
public sealed class Spen : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly LabelEnergy energy;
    private readonly Parameter rates;

    /// <summary>Makes the layer.</summary>
    /// <param name="tags">K.</param>
    /// <param name="filters">M, features of the label energy.</param>
    /// <param name="window">W, how many neighbours a feature sees.</param>
    /// <param name="steps">S, steps of inference.</param>
    /// <param name="temperature">τ, positive: without it logits would grow with every step.</param>
    /// <exception cref="ArgumentException">A size below 1, or a temperature that is not positive.</exception>
    public Spen(long tags, long filters = 32, long window = 3, long steps = 5, double temperature = 1) : base(nameof(Spen))
    {
        Require.Positive(steps);
        Require.Positive(temperature);

        energy = new LabelEnergy(tags, filters, window);
        using var scope = NewDisposeScope();
        rates = (Parameter)new Parameter(ones(steps)).DetachFromDisposeScope();
        Temperature = temperature;
        RegisterComponents();
    }

    /// <summary>K.</summary>
    public long Tags => energy.Tags;

    /// <summary>τ.</summary>
    public double Temperature { get; }

    /// <summary>The energy of soft labels under emissions, without the entropy.</summary>
    /// <param name="labels">Soft or one-hot labels, <c>[B, T, K]</c>.</param>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns><c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a mask with holes.</exception>
    public Tensor Energy(Tensor labels, Tensor emissions, Tensor? mask = null)
    {
        EnergyShapes.Check(emissions, rates, Tags);
        EnergyShapes.Mask(mask, emissions);
        EnergyShapes.Check(labels, rates, Tags);
        Require.Shape(labels, emissions.shape);

        using var scope = NewDisposeScope();
        return Of(Shown(emissions, mask), mask)(labels).MoveToOuterDisposeScope();
    }

    /// <summary>Inference, with a look at every step.</summary>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, the dtype and device of the layer.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns>Logits of the tags after each step, <c>[S, B, T, K]</c>; the last are the answer. 0 at places that are not valid.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a mask with holes.</exception>
    public Tensor Infer(Tensor emissions, Tensor? mask = null)
    {
        EnergyShapes.Check(emissions, rates, Tags);
        EnergyShapes.Mask(mask, emissions);

        using var scope = NewDisposeScope();
        var shown = Shown(emissions, mask);
        return Relaxation.MirrorDescent(Of(shown, mask), zeros_like(shown), rates, Temperature).MoveToOuterDisposeScope();
    }

    /// <summary>The loss for end-to-end training: cross-entropy of the right tags after each step, later steps counting more.</summary>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, the dtype and device of the layer.</param>
    /// <param name="tags">The right tags, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns>Nats per sequence, summed over its places, <c>[B]</c>; 0 for one without places.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag outside or a mask with
    /// holes.</exception>
    public override Tensor forward(Tensor emissions, Tensor tags, Tensor? mask)
    {
        EnergyShapes.Check(emissions, rates, Tags);
        EnergyShapes.Mask(mask, emissions);
        ChainShapes.Tags(tags, emissions, mask);

        using var scope = NewDisposeScope();
        var trace = Infer(emissions, mask);                                                               // [S, B, T, K]
        var gold = mask is null ? tags : tags.masked_fill(mask.logical_not(), Loss.DefaultIgnoreIndex);
        var every = gold.expand([trace.size(0), .. gold.shape]);
        var loss = Loss.CrossEntropy(trace.flatten(0, 2), every.flatten()).reshape(every.shape).sum(-1);  // [S, B]
        var weights = 1 / arange(trace.size(0), 0, -1, dtype: loss.dtype, device: loss.device);
        return (weights / weights.sum()).matmul(loss).MoveToOuterDisposeScope();
    }

    /// <summary>The tags after the last step.</summary>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, the dtype and device of the layer.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns>The most probable tag of each place, and minus the energy of these tags, taken as sure. It need not be the lowest energy of all.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a mask with holes.</exception>
    public BestPath Decode(Tensor emissions, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tags = Infer(emissions, mask)[-1].argmax(-1);
        var score = -Energy(functional.one_hot(tags, Tags).to(emissions.dtype), emissions, mask);
        if (mask is not null)
            tags = tags.masked_fill(mask.logical_not(), Crf.PaddingTag);
        return new(tags.MoveToOuterDisposeScope(), score.MoveToOuterDisposeScope());
    }

    private static Tensor Shown(Tensor emissions, Tensor? mask) =>
        mask is null ? emissions.alias() : emissions.masked_fill(mask.logical_not().unsqueeze(-1), 0);

    private Func<Tensor, Tensor> Of(Tensor shown, Tensor? mask) => labels => energy.call(labels, mask) - (shown * labels).sum([1, 2]);
}
