using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>A <see cref="UNet"/> whose skip connections pass through gates: the decoder says where to look.</summary>
/// <remarks>
/// <para>As the U-Net, but before a skip connection is put to the map that comes up, an <see cref="AttentionGate"/> weighs it pixel by
/// pixel. The map that comes up is brought to the skip connection's size before both.</para>
/// <para>Any size whose sides are at least 2^(levels - 1), 16 by default. State: <c>encoder.I.double_conv.{0,1,3,4}</c>; and from the
/// deepest level on <c>up.J</c> (transposed convolution), <c>gates.J.{gate,skip,psi}</c>,
/// <c>decoder.J.double_conv.{0,1,3,4}</c>; <c>classifier</c>. Default widths, 3 channels, 2 classes: 31,386,822 parameters.</para>
/// <para>Source: Oktay et al. 2018.</para>
/// </remarks>
public sealed class AttentionUNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<DoubleConvolution> encoder;
    private readonly ModuleList<ConvTranspose2d> up;
    private readonly ModuleList<AttentionGate> gates;
    private readonly ModuleList<DoubleConvolution> decoder;
    private readonly Conv2d classifier;
    private readonly MaxPool2d pool;
    private readonly long channels;

    /// <summary>Makes the network with the library's starting weights.</summary>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <param name="classes">K, positive.</param>
    /// <param name="widths">Channels of each level from the top, two or more; null means 64, 128, 256, 512, 1024.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or fewer than two levels.</exception>
    public AttentionUNet(long channels = 3, long classes = 2, IReadOnlyList<long>? widths = null) : base(nameof(AttentionUNet))
    {
        Require.Positive(channels);
        Require.Positive(classes);
        widths = ModelShapes.Widths(widths, [64, 128, 256, 512, 1024], 2);
        this.channels = channels;
        Least = 1L << (widths.Count - 1);
        var levels = widths.Zip(widths.Skip(1), (above, below) => (Above: above, Below: below)).Reverse().ToArray();
        encoder = new([.. widths.Select((width, i) => new DoubleConvolution(i == 0 ? channels : widths[i - 1], width))]);
        up = new([.. levels.Select(l => ConvTranspose2d(l.Below, l.Above, 2, stride: 2))]);
        gates = new([.. levels.Select(l => new AttentionGate(l.Above, l.Above, Math.Max(1, l.Above / 2)))]);
        decoder = new([.. levels.Select(l => new DoubleConvolution(2 * l.Above, l.Above))]);
        classifier = Conv2d(widths[0], classes, 1);
        pool = MaxPool2d(2, 2);
        RegisterComponents();
    }

    /// <summary>The shortest side that the network reads.</summary>
    public long Least { get; }

    /// <summary>The gates, from the deepest level on, to look at their weights.</summary>
    public IReadOnlyList<AttentionGate> Gates => [.. gates];

    /// <summary>Maps images to logits.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of at least <see cref="Least"/>, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        ImageShapes.RequireFit(images, classifier.weight!, channels, Least);

        using var scope = NewDisposeScope();
        var skips = new Stack<Tensor>();
        var x = encoder[0].call(images);
        foreach (var block in encoder.Skip(1))
        {
            skips.Push(x);
            x = block.call(pool.call(x));
        }
        for (var i = 0; i < decoder.Count; i++)
        {
            var skip = skips.Pop();
            x = DenseLayers.ToSize(up[i].call(x), skip.size(2), skip.size(3));
            x = decoder[i].call(cat([gates[i].call(x, skip), x], 1));
        }
        return classifier.call(x).MoveToOuterDisposeScope();
    }
}
