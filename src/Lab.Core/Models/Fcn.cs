using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>What both fully convolutional networks share: VGG's features, any size, an output that lies on the image.</summary>
public abstract class Fcn : Module<Tensor, Tensor>
{
    /// <summary>Pixels of the image for one of the last map.</summary>
    private protected const long Stride = 32;

    /// <summary>The backbone; its name is the first part of its state's.</summary>
    private protected readonly VggFeatures features;

    private readonly long channels;

    private protected Fcn(string name, long channels, long classes, IReadOnlyList<long>? widths, long hidden, double dropout) : base(name)
    {
        Require.Positive(channels);
        Require.Positive(classes);
        widths = ModelShapes.Widths(widths, VggFeatures.UsualWidths, 5, 5);
        Require.Positive(hidden);
        Require.Fraction(dropout);
        this.channels = channels;
        Widths = widths;
        features = new VggFeatures(channels, widths, hidden, dropout);
    }

    private protected IReadOnlyList<long> Widths { get; }

    /// <summary>Maps images to logits.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of 32 or more, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public sealed override Tensor forward(Tensor images)
    {
        ImageShapes.RequireFit(images, features.Like, channels, Stride);

        using var scope = NewDisposeScope();
        var logits = Enlarged(features.call(ModelShapes.PadTo(images, Stride)));
        return ModelShapes.Crop(logits, images.size(2), images.size(3)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits for a padded image, at its size.</summary>
    private protected abstract Tensor Enlarged(VggOutput maps);

    /// <summary>A transposed convolution that starts as bilinear enlargement, and without a bias.</summary>
    private protected static ConvTranspose2d Enlarge(long classes, long factor)
    {
        var layer = ConvTranspose2d(classes, classes, 2 * factor, stride: factor, padding: factor / 2, bias: false);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        layer.weight!.copy_(Spatial.BilinearKernel(classes, 2 * factor));
        return layer;
    }
}

/// <summary>The first network that was trained pixel by pixel: a classifier asked at every place, and one large step up.</summary>
/// <remarks>
/// <para>VGG-16 with its fully connected layers as convolutions gives logits for every 32nd pixel; one transposed convolution of
/// 64x64 and stride 32, started as <see cref="Spatial.BilinearKernel"/>, enlarges them.</para>
/// <para>Any size from 32 on: the image gets zeros below and to the right up to a multiple of 32, and the logits of those are cut off.
/// Logits so lie where their pixels are; stretching the output to the image's size instead moves every edge.</para>
/// <para>Default widths, 21 classes: 136,152,917 parameters; the paper has 134 million and counts no enlarging layer. State:
/// <c>features.conv1.{0,2}</c> .. <c>features.conv5.{0,2,4}</c>, <c>features.fc6</c>, <c>features.fc7</c>, <c>score</c>,
/// <c>upsample.weight</c>. Source: Long, Shelhamer and Darrell 2015.</para>
/// </remarks>
public sealed class Fcn32s : Fcn
{
    private readonly Conv2d score;
    private readonly ConvTranspose2d upsample;

    /// <summary>Makes the network: He's starting weights, and enlargement that starts bilinear.</summary>
    /// <param name="classes">K, positive.</param>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <param name="widths">Channels of the five groups; null means 64, 128, 256, 512, 512.</param>
    /// <param name="hidden">Channels of the two layers that were fully connected, positive.</param>
    /// <param name="dropout">What part of them is left out in training, in [0, 1).</param>
    /// <exception cref="ArgumentException">A number that is not positive, not five widths, or such a dropout.</exception>
    public Fcn32s(long classes = 21, long channels = 3, IReadOnlyList<long>? widths = null, long hidden = 4096, double dropout = 0.5)
        : base(nameof(Fcn32s), channels, classes, widths, hidden, dropout)
    {
        score = Conv2d(hidden, classes, 1);
        upsample = Enlarge(classes, 32);
        RegisterComponents();
    }

    private protected override Tensor Enlarged(VggOutput maps) => upsample.call(score.call(maps.Last));
}

/// <summary>FCN with two skip connections: the last map says what, the maps of stride 16 and 8 say where.</summary>
/// <remarks>
/// <para>Logits of stride 32 are doubled and added to those of the fourth pool, the sum is doubled and added to those of the third, and
/// that sum is enlarged by 8. Every enlargement is a transposed convolution that starts bilinear.</para>
/// <para>Any size from 32 on, as in <see cref="Fcn32s"/>. Default widths, 21 classes: 134,489,759 parameters; the paper has 134
/// million. State: that of <c>features</c>, <c>score_fr</c>, <c>score_pool4</c>, <c>score_pool3</c>,
/// <c>upscore2.weight</c>, <c>upscore4.weight</c>, <c>upscore8.weight</c>. Source: Long, Shelhamer and Darrell 2015.</para>
/// </remarks>
public sealed class Fcn8s : Fcn
{
    private readonly Conv2d score_fr;
    private readonly Conv2d score_pool4;
    private readonly Conv2d score_pool3;
    private readonly ConvTranspose2d upscore2;
    private readonly ConvTranspose2d upscore4;
    private readonly ConvTranspose2d upscore8;

    /// <summary>Makes the network: He's starting weights, and enlargement that starts bilinear.</summary>
    /// <param name="classes">K, positive.</param>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <param name="widths">Channels of the five groups; null means 64, 128, 256, 512, 512.</param>
    /// <param name="hidden">Channels of the two layers that were fully connected, positive.</param>
    /// <param name="dropout">What part of them is left out in training, in [0, 1).</param>
    /// <exception cref="ArgumentException">A number that is not positive, not five widths, or such a dropout.</exception>
    public Fcn8s(long classes = 21, long channels = 3, IReadOnlyList<long>? widths = null, long hidden = 4096, double dropout = 0.5)
        : base(nameof(Fcn8s), channels, classes, widths, hidden, dropout)
    {
        score_fr = Conv2d(hidden, classes, 1);
        score_pool4 = Conv2d(Widths[3], classes, 1);
        score_pool3 = Conv2d(Widths[2], classes, 1);
        upscore2 = Enlarge(classes, 2);
        upscore4 = Enlarge(classes, 2);
        upscore8 = Enlarge(classes, 8);
        RegisterComponents();
    }

    private protected override Tensor Enlarged(VggOutput maps)
    {
        var fused4 = upscore2.call(score_fr.call(maps.Last)) + score_pool4.call(maps.Pool4);
        var fused3 = upscore4.call(fused4) + score_pool3.call(maps.Pool3);
        return upscore8.call(fused3);
    }
}
