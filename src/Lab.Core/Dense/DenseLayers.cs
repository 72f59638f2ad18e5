using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>
/// Batch normalisation with the library's state (<c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>,
/// <c>num_batches_tracked</c>), that can also be trained where a batch holds one value per channel: a single image whose map has
/// come down to one pixel. One value has no variance; the library refuses it, here the running statistics stand in.
/// </summary>
internal sealed class MapNorm : Module<Tensor, Tensor>
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;

    public MapNorm(long channels) : base(nameof(MapNorm))
    {
        weight = (Parameter)new Parameter(ones(channels)).DetachFromDisposeScope();
        bias = (Parameter)new Parameter(zeros(channels)).DetachFromDisposeScope();
        running_mean = zeros(channels).DetachFromDisposeScope();
        running_var = ones(channels).DetachFromDisposeScope();
        num_batches_tracked = zeros([], dtype: ScalarType.Int64).DetachFromDisposeScope();
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
        register_buffer(nameof(num_batches_tracked), num_batches_tracked);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var learn = training && x.numel() > x.size(1);                          // more than one value per channel
        if (learn)
            using (no_grad())
                num_batches_tracked.add_(1);
        return functional.batch_norm(x, get_buffer(nameof(running_mean))!, get_buffer(nameof(running_var))!, weight, bias, learn, Momentum, Epsilon);
    }
}

/// <summary>The layers that dense outputs are built of.</summary>
internal static class DenseLayers
{
    /// <summary>Convolution that keeps the size, batch norm, ReLU: keys <c>0</c> and <c>1</c>.</summary>
    public static Sequential ConvolutionNormRelu(long from, long to, long kernel = 3, long rate = 1) => Sequential(
        Conv2d(from, to, kernel, padding: rate * (kernel - 1) / 2, dilation: rate, bias: false), new MapNorm(to), ReLU(inplace: true));

    /// <summary>Two of them in a row: keys <c>0</c>, <c>1</c>, <c>3</c> and <c>4</c>.</summary>
    public static Sequential Twice(long from, long to) => Sequential(
        Conv2d(from, to, 3, padding: 1, bias: false), new MapNorm(to), ReLU(inplace: true),
        Conv2d(to, to, 3, padding: 1, bias: false), new MapNorm(to), ReLU(inplace: true));

    /// <summary>A convolution of each channel by itself, then 1x1 across channels, each with batch norm and ReLU: keys <c>0</c>, <c>1</c>,
    /// <c>3</c> and <c>4</c>.</summary>
    public static Sequential Separable(long from, long to, long rate = 1) => Sequential(
        Conv2d(from, from, 3, padding: rate, dilation: rate, groups: from, bias: false), new MapNorm(from), ReLU(inplace: true),
        Conv2d(from, to, 1, bias: false), new MapNorm(to), ReLU(inplace: true));

    /// <summary>Bilinear, edges meet: <see cref="Spatial.Resize"/> in the library's form, for speed; nothing where the size is right.</summary>
    public static Tensor ToSize(Tensor x, long height, long width) => x.size(2) == height && x.size(3) == width
        ? x
        : functional.interpolate(x, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <summary>The weight of a layer's first convolution: whose dtype and device are the module's.</summary>
    public static Tensor WeightOf(Module module) => module.parameters().First();
}
