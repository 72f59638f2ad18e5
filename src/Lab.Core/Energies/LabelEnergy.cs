using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Energies;

/// <summary>What a sequence of soft labels costs by itself, whatever the words: a learned measure of how odd it looks.</summary>
/// <remarks>
/// <para>Formula: <c>G(y) = Σ_t Σ_m weight[m]·(softplus(a[t, m]) - softplus(bias[m]))</c> with
/// <c>a[t, m] = bias[m] + Σ_w ⟨filter[m, :, w], y[t + w]⟩</c>, for all windows of W places that touch the sequence; a place before the
/// start or after the end counts 0. A window without labels costs exactly 0, so padding counts nowhere, and windows that hang over see
/// what a sequence begins and ends with.</para>
/// <para>A linear-chain CRF scores pairs of neighbours by a table, W = 2. Here M features of W neighbours are added up: any width costs
/// the same kind of sum, no dynamic program has to walk over it, and nothing is summed over all sequences. What is lost is the exact
/// best one.</para>
/// <para>Gradient: twice differentiable in the labels, as unrolled inference needs (<see cref="Relaxation.MirrorDescent"/>).</para>
/// <para>State-dict keys: <c>filter</c> <c>[M, K, W]</c>, <c>bias</c> <c>[M]</c>, <c>weight</c> <c>[M]</c>.</para>
/// <para>Oracle: window by window. Source: Belanger and McCallum 2016, section 3 (label energy <c>c₂ᵀ g(C₁ȳ)</c>), with filters as in
/// Belanger, Yang and McCallum 2017.</para>
/// </remarks>
public sealed class LabelEnergy : Module<Tensor, Tensor?, Tensor>
{
    private readonly Parameter filter;
    private readonly Parameter bias;
    private readonly Parameter weight;

    /// <summary>Makes an energy with small random weights.</summary>
    /// <param name="tags">K.</param>
    /// <param name="filters">M.</param>
    /// <param name="window">W, how many neighbours a filter sees; 2 for pairs.</param>
    /// <exception cref="ArgumentException">A size below 1.</exception>
    public LabelEnergy(long tags, long filters = 32, long window = 3) : base(nameof(LabelEnergy))
    {
        Require.Positive(tags);
        Require.Positive(filters);
        Require.Positive(window);

        using var scope = NewDisposeScope();
        var spread = 1 / Math.Sqrt(window);                              // each window holds W labels, each of them one number of 1
        filter = (Parameter)new Parameter(spread * randn(filters, tags, window)).DetachFromDisposeScope();
        bias = (Parameter)new Parameter(zeros(filters)).DetachFromDisposeScope();
        weight = (Parameter)new Parameter(0.5 * randn(filters)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>K.</summary>
    public long Tags => filter.size(1);

    /// <summary>The energy of each sequence.</summary>
    /// <param name="labels">Soft or one-hot labels, <c>[B, T, K]</c>, T at least 1, the dtype and device of the energy.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; null means all.</param>
    /// <returns><c>[B]</c>; 0 for a sequence without places.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a mask with holes.</exception>
    public override Tensor forward(Tensor labels, Tensor? mask)
    {
        EnergyShapes.Check(labels, filter, Tags);
        EnergyShapes.Mask(mask, labels);

        using var scope = NewDisposeScope();
        var shown = mask is null ? labels : labels.masked_fill(mask.logical_not().unsqueeze(-1), 0);
        var seen = functional.conv1d(shown.transpose(1, 2), filter, bias, padding: filter.size(2) - 1);       // [B, M, T + W - 1]
        var cost = Activation.Softplus(seen) - Activation.Softplus(bias).unsqueeze(1);
        return (weight.unsqueeze(1) * cost).sum([1, 2]).MoveToOuterDisposeScope();
    }
}
