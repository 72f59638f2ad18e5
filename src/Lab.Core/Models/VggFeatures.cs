using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Maps of a network of VGG's shape, at three heights.</summary>
internal sealed record VggOutput(Tensor Pool3, Tensor Pool4, Tensor Last);

/// <summary>
/// VGG-16 as FCN uses it: five groups of 3x3 convolutions with a 2x2 pool behind each, and its two fully connected layers as
/// convolutions of 7x7 and 1x1, so that they can be asked at every place. Starts as He et al. 2015 have it: without batch norm
/// and with the library's smaller weights, thirteen layers on hardly anything of the image is left.
/// </summary>
internal sealed class VggFeatures : Module<Tensor, VggOutput>
{
    public static readonly long[] UsualWidths = [64, 128, 256, 512, 512];

    private readonly Sequential conv1;
    private readonly Sequential conv2;
    private readonly Sequential conv3;
    private readonly Sequential conv4;
    private readonly Sequential conv5;
    private readonly Conv2d fc6;
    private readonly Conv2d fc7;
    private readonly Dropout drop;

    public VggFeatures(long channels, IReadOnlyList<long> widths, long hidden, double dropout) : base(nameof(VggFeatures))
    {
        conv1 = Group(channels, widths[0], 2);
        conv2 = Group(widths[0], widths[1], 2);
        conv3 = Group(widths[1], widths[2], 3);
        conv4 = Group(widths[2], widths[3], 3);
        conv5 = Group(widths[3], widths[4], 3);
        fc6 = Started(Conv2d(widths[4], hidden, 7, padding: 3));
        fc7 = Started(Conv2d(hidden, hidden, 1));
        drop = Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>The first layer's weight: whose dtype and device are the network's.</summary>
    public Tensor Like => fc6.weight!;

    /// <summary>Sides must be multiples of 32.</summary>
    public override VggOutput forward(Tensor images)
    {
        var pool3 = Pooled(conv3, Pooled(conv2, Pooled(conv1, images)));
        var pool4 = Pooled(conv4, pool3);
        var x = functional.relu(fc6.call(Pooled(conv5, pool4)));
        x = drop.call(functional.relu(fc7.call(drop.call(x))));
        return new(pool3, pool4, x);
    }

    private static Tensor Pooled(Sequential group, Tensor x) => functional.max_pool2d(group.call(x), 2, 2);

    private static Sequential Group(long from, long to, int layers) => Sequential([.. Enumerable.Range(0, layers).SelectMany(
        i => new Module<Tensor, Tensor>[] { Started(Conv2d(i == 0 ? from : to, to, 3, padding: 1)), ReLU(inplace: true) })]);

    private static Conv2d Started(Conv2d layer)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        init.kaiming_normal_(layer.weight, nonlinearity: init.NonlinearityType.ReLU);
        init.zeros_(layer.bias);
        return layer;
    }
}
