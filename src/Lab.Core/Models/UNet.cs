using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>An encoder that goes down, a decoder that comes up, and a bridge at every height: what is in the image, and exactly where.</summary>
/// <remarks>
/// <para>Encoder: at each level two 3x3 convolutions with batch norm and ReLU, then a 2x2 max pool. Decoder: a transposed
/// convolution of 2x2 and stride 2 doubles the map, the encoder's map of that level is put before it, and two convolutions follow. Last
/// comes one product per pixel: raw logits at the input's size.</para>
/// <para>Any size whose sides are at least 2^(levels - 1), 16 by default: where a level had an odd side, the map that comes up is a
/// pixel short and is resized to it. Convolutions are padded; the paper's are not, and its output is smaller than its input.</para>
/// <para>Default widths, 3 channels, 2 classes: 31,037,698 parameters. State: <c>encoder.I.double_conv.{0,1,3,4}</c>;
/// <c>decoder.2J</c> (transposed convolution) and <c>decoder.2J+1.double_conv.{0,1,3,4}</c>, deepest first; <c>final_conv</c>. These are
/// also the names of the usual PyTorch code, whose weights fit as they are.</para>
/// <para>Source: Ronneberger, Fischer and Brox 2015.</para>
/// </remarks>
public sealed class UNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<DoubleConvolution> encoder;
    private readonly ModuleList<Module<Tensor, Tensor>> decoder;
    private readonly Conv2d final_conv;
    private readonly MaxPool2d pool;
    private readonly long channels;

    /// <summary>Makes the network with the library's starting weights.</summary>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <param name="classes">K, positive.</param>
    /// <param name="widths">Channels of each level from the top, two or more; null means 64, 128, 256, 512, 1024.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or fewer than two levels.</exception>
    public UNet(long channels = 3, long classes = 2, IReadOnlyList<long>? widths = null) : base(nameof(UNet))
    {
        Require.Positive(channels);
        Require.Positive(classes);
        widths = ModelShapes.Widths(widths, [64, 128, 256, 512, 1024], 2);
        this.channels = channels;
        Least = 1L << (widths.Count - 1);
        encoder = new([.. widths.Select((width, i) => new DoubleConvolution(i == 0 ? channels : widths[i - 1], width))]);
        decoder = new([.. widths.Reverse().Skip(1).Zip(widths.Reverse()).SelectMany(level => new Module<Tensor, Tensor>[]
        {
            ConvTranspose2d(level.Second, level.First, 2, stride: 2), new DoubleConvolution(2 * level.First, level.First),
        })]);
        final_conv = Conv2d(widths[0], classes, 1);
        pool = MaxPool2d(2, 2);
        RegisterComponents();
    }

    /// <summary>The shortest side that the network reads.</summary>
    public long Least { get; }

    /// <summary>Maps images to logits.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of at least <see cref="Least"/>, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        ImageShapes.RequireFit(images, final_conv.weight!, channels, Least);

        using var scope = NewDisposeScope();
        var skips = new Stack<Tensor>();
        var x = encoder[0].call(images);
        foreach (var block in encoder.Skip(1))
        {
            skips.Push(x);
            x = Instead(pool.call(x), null);
            x = Instead(block.call(x), x);
        }
        for (var i = 0; i < decoder.Count; i += 2)
        {
            using var skip = skips.Pop();
            x = Instead(decoder[i].call(x), x);
            x = Instead(DenseLayers.ToSize(x, skip.size(2), skip.size(3)), x);
            x = Instead(cat([skip, x], 1), x);
            x = Instead(decoder[i + 1].call(x), x);
        }
        return final_conv.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>The next map; the one before is let go at once, for a large image's maps are large.</summary>
    private static Tensor Instead(Tensor next, Tensor? before)
    {
        if (!ReferenceEquals(next, before))
            before?.Dispose();
        return next;
    }
}

/// <summary>Two 3x3 convolutions, each with batch norm and ReLU, under the name that the usual PyTorch code gives them.</summary>
internal sealed class DoubleConvolution : Module<Tensor, Tensor>
{
    private readonly Sequential double_conv;

    public DoubleConvolution(long from, long to) : base(nameof(DoubleConvolution))
    {
        double_conv = DenseLayers.Twice(from, to);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => double_conv.call(x);
}
