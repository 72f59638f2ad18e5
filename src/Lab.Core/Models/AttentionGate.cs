using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Lets through of a skip connection what the decoder, which knows the context, asks for.</summary>
/// <remarks>
/// <para>Formula: at each pixel <c>α = σ(ψ·relu(W·x + U·g + a) + b)</c>, and what comes out is <c>α·x</c>. A gating map of
/// another size is resized to that of x first.</para>
/// <para>State: <c>gate.weight</c> <c>[I, G, 1, 1]</c> (U), <c>gate.bias</c>, <c>skip.weight</c> <c>[I, C, 1, 1]</c> (W),
/// <c>psi.weight</c> <c>[1, I, 1, 1]</c>, <c>psi.bias</c>. Source: Oktay et al. 2018, section 2, where x comes down to the gating
/// map's size instead, by stride 2, and α comes up again.</para>
/// </remarks>
public sealed class AttentionGate : Module<Tensor, Tensor, Tensor>
{
    private readonly Conv2d gate;
    private readonly Conv2d skip;
    private readonly Conv2d psi;

    /// <summary>Makes a gate with the library's starting weights.</summary>
    /// <param name="gateChannels">Channels of the gating map G, positive.</param>
    /// <param name="skipChannels">Channels of the skip connection C, positive.</param>
    /// <param name="inner">Channels in which the two are compared I, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public AttentionGate(long gateChannels, long skipChannels, long inner) : base(nameof(AttentionGate))
    {
        Require.Positive(gateChannels);
        Require.Positive(skipChannels);
        Require.Positive(inner);
        gate = Conv2d(gateChannels, inner, 1);
        skip = Conv2d(skipChannels, inner, 1, bias: false);
        psi = Conv2d(inner, 1, 1);
        RegisterComponents();
    }

    /// <summary>Passes on a skip connection, pixel by pixel as much as the gate allows.</summary>
    /// <param name="gating">g, <c>[B, G, h, w]</c>, of any size.</param>
    /// <param name="features">x, <c>[B, C, H, W]</c>.</param>
    /// <returns>α·x, <c>[B, C, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above or the gate's.</exception>
    public override Tensor forward(Tensor gating, Tensor features)
    {
        using var scope = NewDisposeScope();
        return (Weights(gating, features) * features).MoveToOuterDisposeScope();
    }

    /// <summary>α: where the gate is open, to look at.</summary>
    /// <param name="gating">g, <c>[B, G, h, w]</c>, of any size.</param>
    /// <param name="features">x, <c>[B, C, H, W]</c>.</param>
    /// <returns>From 0 to 1, <c>[B, 1, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above or the gate's.</exception>
    public Tensor Weights(Tensor gating, Tensor features)
    {
        ImageShapes.RequireFit(gating, gate.weight!, gate.weight!.size(1));
        ImageShapes.RequireFit(features, skip.weight!, skip.weight!.size(1));
        if (gating.size(0) != features.size(0))
            throw Require.BadShape(features, $"[{gating.size(0)}, C, H, W], as many images as the gating map has");

        using var scope = NewDisposeScope();
        var asked = DenseLayers.ToSize(gate.call(gating), features.size(2), features.size(3));
        return psi.call(functional.relu(asked + skip.call(features))).sigmoid().MoveToOuterDisposeScope();
    }
}
