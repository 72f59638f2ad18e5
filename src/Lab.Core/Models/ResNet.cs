using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Of what a residual network is built.</summary>
public enum ResNetBlock
{
    /// <summary>Two 3x3 convolutions.</summary>
    Basic,

    /// <summary>1x1 down to a quarter of the channels, 3x3, and 1x1 up again.</summary>
    Bottleneck,
}

/// <summary>The maps of a backbone's four stages, <c>[B, C, H/s, W/s]</c>, sides rounded up at each step down.</summary>
/// <param name="Stage1">Stride 4.</param>
/// <param name="Stage2">Stride 8.</param>
/// <param name="Stage3">Stride 16, or the output stride where that is less.</param>
/// <param name="Stage4">Stride 32, or the output stride where that is less.</param>
public sealed record ResNetOutput(Tensor Stage1, Tensor Stage2, Tensor Stage3, Tensor Stage4);

/// <summary>A residual network without its classifier: the backbone of dense models, that can keep its maps large.</summary>
/// <remarks>
/// <para>A 7x7 convolution and a pool bring the image to a quarter; four stages of blocks follow, each block
/// <c>relu(x + F(x))</c>. A stage after the first halves the map and doubles the channels.</para>
/// <para>With an output stride of 16 or 8 the last stage, or the last two, do not halve: their convolutions get holes instead
/// (rate 2, then 4), so that each sees as far as it would have. The numbers are the same, only more of them: every second or fourth
/// pixel of the larger map is the smaller map, and weights trained at one stride fit another.</para>
/// <para>A single map of one pixel can be trained on: batch norm then stands on its running statistics.</para>
/// <para>State: <c>conv1</c>, <c>bn1</c>, <c>layerS.I.{conv1,bn1,conv2,bn2,conv3,bn3,downsample.0,downsample.1}</c>: those of
/// torchvision. Without their classifiers ResNet-18 has 11,176,512 parameters, ResNet-50 23,508,032, ResNet-101 42,500,160, as there.
/// Source: He et al. 2016; Chen et al. 2017 for output strides.</para>
/// </remarks>
public sealed class ResNet : Module<Tensor, ResNetOutput>
{
    private readonly Conv2d conv1;
    private readonly MapNorm bn1;
    private readonly ModuleList<ResidualBlock> layer1;
    private readonly ModuleList<ResidualBlock> layer2;
    private readonly ModuleList<ResidualBlock> layer3;
    private readonly ModuleList<ResidualBlock> layer4;
    private readonly long channels;

    /// <summary>Makes the network with He's starting weights.</summary>
    /// <param name="depths">Blocks of each of the four stages, positive.</param>
    /// <param name="block">Of what it is built.</param>
    /// <param name="width">Channels of the first stage's 3x3 convolutions, positive.</param>
    /// <param name="outputStride">8, 16 or 32.</param>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive, not four depths, or another stride.</exception>
    public ResNet(
        IReadOnlyList<long>? depths = null, ResNetBlock block = ResNetBlock.Basic, long width = 64, long outputStride = 32, long channels = 3)
        : base(nameof(ResNet))
    {
        depths = ModelShapes.Widths(depths, [2, 2, 2, 2], 4, 4);
        Require.Positive(width);
        if (outputStride is not (8 or 16 or 32))
            throw new ArgumentOutOfRangeException(nameof(outputStride), outputStride, "Must be 8, 16 or 32.");
        Require.Positive(channels);
        (this.channels, OutputStride) = (channels, outputStride);
        var times = block == ResNetBlock.Basic ? 1 : 4;
        Channels = [.. Enumerable.Range(0, 4).Select(s => times * (width << s))];
        conv1 = ResidualBlock.Convolution(channels, width, 7, 2, 1);
        bn1 = new MapNorm(width);
        var (from, stride, rate) = (width, 4L, 1L);
        layer1 = Stage(0, 1);
        layer2 = Stage(1, 2);
        layer3 = Stage(2, 2);
        layer4 = Stage(3, 2);
        RegisterComponents();

        ModuleList<ResidualBlock> Stage(int stage, long step)
        {
            var before = rate;
            if (stride * step > outputStride)
                (rate, step) = (rate * step, 1);
            stride *= step;
            var blocks = new List<ResidualBlock>();
            for (var i = 0; i < depths[stage]; i++)
            {
                blocks.Add(new ResidualBlock(block, from, width << stage, i == 0 ? step : 1, i == 0 ? before : rate, rate));
                from = Channels[stage];
            }
            return new([.. blocks]);
        }
    }

    /// <summary>Channels of the four stages.</summary>
    public IReadOnlyList<long> Channels { get; }

    /// <summary>Pixels of the image for one of the last map.</summary>
    public long OutputStride { get; }

    /// <summary>Maps images to the maps of the four stages.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns>Four maps.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override ResNetOutput forward(Tensor images)
    {
        ImageShapes.RequireFit(images, conv1.weight!, channels);

        using var scope = NewDisposeScope();
        var stem = functional.max_pool2d(functional.relu(bn1.call(conv1.call(images))), 3, 2, 1);
        var one = Through(layer1, stem);
        var two = Through(layer2, one);
        var three = Through(layer3, two);
        var four = Through(layer4, three);
        return new(
            one.MoveToOuterDisposeScope(), two.MoveToOuterDisposeScope(), three.MoveToOuterDisposeScope(), four.MoveToOuterDisposeScope());
    }

    private static Tensor Through(ModuleList<ResidualBlock> stage, Tensor x) => stage.Aggregate(x, (map, block) => block.call(map));
}

/// <summary><c>relu(x + F(x))</c>; where the size or the channels change x goes through a 1x1 convolution.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly MapNorm bn1;
    private readonly Conv2d conv2;
    private readonly MapNorm bn2;
    private readonly Conv2d? conv3;
    private readonly MapNorm? bn3;
    private readonly Sequential? downsample;

    // The first 3x3 convolution reads the map as it comes, at the rate that it comes with; where it would have halved it, all behind it
    // read every second pixel.
    public ResidualBlock(ResNetBlock kind, long from, long width, long stride, long rateBefore, long rate) : base(nameof(ResidualBlock))
    {
        var isBasic = kind == ResNetBlock.Basic;
        var to = isBasic ? width : 4 * width;
        conv1 = isBasic ? Convolution(from, width, 3, stride, rateBefore) : Convolution(from, width, 1, 1, 1);
        bn1 = new MapNorm(width);
        conv2 = isBasic ? Convolution(width, width, 3, 1, rate) : Convolution(width, width, 3, stride, rateBefore);
        bn2 = new MapNorm(width);
        if (!isBasic)
            (conv3, bn3) = (Convolution(width, to, 1, 1, 1), new MapNorm(to));
        if (stride > 1 || from != to)
            downsample = Sequential(Convolution(from, to, 1, stride, 1), new MapNorm(to));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = bn2.call(conv2.call(functional.relu(bn1.call(conv1.call(x)))));
        if (conv3 is not null)
            y = bn3!.call(conv3.call(functional.relu(y)));
        return functional.relu(y + (downsample is null ? x : downsample.call(x)));
    }

    /// <summary>A convolution without bias that keeps the size at stride 1, with He's starting weights.</summary>
    public static Conv2d Convolution(long from, long to, long kernel, long stride, long rate)
    {
        var layer = Conv2d(from, to, kernel, stride: stride, padding: rate * (kernel - 1) / 2, dilation: rate, bias: false);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        init.kaiming_normal_(layer.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        return layer;
    }
}
