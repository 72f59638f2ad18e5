using Lab.Core.Models;
using Lab.Specs.Harness;
using Lab.Specs.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Bench;

/// <summary>The rows of models of images: a step of training, forward and backward into every parameter.</summary>
internal static class DenseWorks
{
    public static IEnumerable<Work> All(bool quick)
    {
        var images = quick
            ? new TrainingCase { Side = 32, Widths = [4, 8, 16], Seed = 1 }
            : new TrainingCase { Side = 256, Widths = [64, 128, 256, 512, 1024], Seed = 1 };
        yield return Work.Of(
            new UNetSpec(), $"1 x 3 x {images.Side} x {images.Side}", images,
            [("readable", x => images.Network.call(x[0]))], ByFunctions, "functions of the library, layer by layer",
            rounds: 5, mostDifference: 1e-2);
    }

    /// <summary>What peer.py does, in C#: the images, then the parameters in the order of the state.</summary>
    private static Tensor ByFunctions(Tensor[] x)
    {
        var next = 1;
        var levels = (x.Length - 1 + 6) / 14;                                   // 6 tensors a level down, 8 a level up, 2 at the end
        var skips = new Stack<Tensor>();
        var map = Twice(x[0]);
        for (var level = 1; level < levels; level++)
        {
            skips.Push(map);
            map = Twice(F.max_pool2d(map, 2, 2));
        }
        for (var level = 1; level < levels; level++)
            map = Twice(cat([skips.Pop(), F.conv_transpose2d(map, x[next++], x[next++], strides: [2, 2])], 1));
        return F.conv2d(map, x[next++], x[next++]);

        Tensor Twice(Tensor input) => Once(Once(input));

        Tensor Once(Tensor input) => F.relu(F.batch_norm(
            F.conv2d(input, x[next++], padding: [1, 1]), null!, null!, x[next++], x[next++], training: true));
    }
}

/// <summary>An image, and the parameters of a U-Net in training, which are those of <see cref="Network"/> themselves.</summary>
internal sealed record TrainingCase : Case
{
    private UNet? network;

    /// <summary>Pixels of the image along each side.</summary>
    public required int Side { get; init; }

    /// <summary>Channels of each level.</summary>
    public required IReadOnlyList<long> Widths { get; init; }

    /// <summary>The network.</summary>
    public UNet Network => network ??= Drawn();

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("images", Numbers().Reals(1, 3, Side, Side)),
        .. Network.named_parameters().Select(p => new Argument(p.name, p.parameter) { Differentiable = true }),
    ];

    /// <summary>Weights of the case's seed alone: on a few of all weights, a rounding decides which way a gradient goes.</summary>
    private UNet Drawn()
    {
        var drawn = new UNet(3, 2, Widths);
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)Seed, CPU);
        foreach (var (name, weight) in drawn.named_parameters())
        {
            if (weight.dim() > 1)
                weight.normal_(0, Math.Sqrt(2.0 * weight.size(0) / weight.numel()), generator);
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                weight.zero_();
        }
        return drawn;
    }
}
