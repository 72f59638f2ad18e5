using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense.Regions;

/// <summary>What a region proposal network says of the anchors of a map.</summary>
/// <param name="Objectness">Logits of being an object, any object, <c>[B, N]</c>, in the order of <see cref="Region.Anchors"/>.</param>
/// <param name="Deltas">How the box differs from the anchor, <c>[B, N, 4]</c>, for <see cref="Region.DecodeBoxes"/>.</param>
public sealed record RegionScores(Tensor Objectness, Tensor Deltas);

/// <summary>Asks at every pixel of a map, for each anchor there: is there an object, and where is its box?</summary>
/// <remarks>
/// <para>A 3x3 convolution and ReLU, then a 1x1 convolution for A logits and one for 4·A deltas. The same head reads every map of a
/// pyramid.</para>
/// <para>Logits are raw. Weights start normal with deviation 0.01, biases at 0: at first every anchor is as likely as not, and stays where
/// it is.</para>
/// <para>State: <c>conv</c> (C to C), <c>objectness</c> (A), <c>deltas</c> (4·A: four numbers of one anchor side by side). At 256 channels and 3 anchors 593,935
/// parameters, as in torchvision. Source: Ren et al. 2015, section 3.1.</para>
/// </remarks>
public sealed class RegionProposalHead : Module<Tensor, RegionScores>
{
    private readonly Conv2d conv;
    private readonly Conv2d objectness;
    private readonly Conv2d deltas;
    private readonly long channels;

    /// <summary>Makes a head.</summary>
    /// <param name="channels">Channels of the maps C, positive.</param>
    /// <param name="anchors">Anchors at each pixel A, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public RegionProposalHead(long channels, long anchors) : base(nameof(RegionProposalHead))
    {
        Require.Positive(channels);
        Require.Positive(anchors);
        this.channels = channels;
        conv = Near(Conv2d(channels, channels, 3, padding: 1));
        objectness = Near(Conv2d(channels, anchors, 1));
        deltas = Near(Conv2d(channels, 4 * anchors, 1));
        RegisterComponents();
    }

    /// <summary>Maps a map to logits and deltas of its anchors.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns>For N = H·W·A anchors, row by row, pixel by pixel.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override RegionScores forward(Tensor features)
    {
        ImageShapes.RequireFit(features, conv.weight!, channels);

        using var scope = NewDisposeScope();
        var seen = functional.relu(conv.call(features));
        var (logits, shifts) = (objectness.call(seen), deltas.call(seen));
        return new(
            logits.permute(0, 2, 3, 1).flatten(1).MoveToOuterDisposeScope(),
            shifts.permute(0, 2, 3, 1).flatten(1).reshape(features.size(0), logits.size(1) * logits.size(2) * logits.size(3), 4).MoveToOuterDisposeScope());
    }

    private static Conv2d Near(Conv2d layer)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        init.normal_(layer.weight!, 0, 0.01);
        init.zeros_(layer.bias!);
        return layer;
    }
}
