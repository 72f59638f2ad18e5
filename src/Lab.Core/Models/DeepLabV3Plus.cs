using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Context by holes, edges by one skip connection: DeepLabV3+ on a residual network.</summary>
/// <remarks>
/// <para>The backbone's last map goes through <see cref="Aspp"/> and is resized to the first stage's, a quarter of the image. That
/// stage's map, brought to few channels so that it does not outweigh the rest, is put behind it; two separable 3x3 convolutions and one
/// product per pixel give logits, which are resized to the image.</para>
/// <para>Any size. An output stride of 8 in place of 16 gives finer maps at about three times the cost of the last stages; rates double
/// with it.</para>
/// <para>State: <c>backbone</c> (see <see cref="ResNet"/>), <c>aspp</c> (see <see cref="Aspp"/>), <c>low.{0,1}</c>,
/// <c>decoder.{0,1}.{0,1,3,4}</c>, <c>classifier</c>. With ResNet-101 and 21 classes 45,688,261 parameters. Source: Chen et al. 2018.</para>
/// </remarks>
public sealed class DeepLabV3Plus : Module<Tensor, Tensor>
{
    private readonly ResNet backbone;
    private readonly Aspp aspp;
    private readonly Sequential low;
    private readonly Sequential decoder;
    private readonly Conv2d classifier;

    /// <summary>Makes the network, and owns the backbone.</summary>
    /// <param name="backbone">Reads images; its output stride should be 8 or 16.</param>
    /// <param name="classes">K, positive.</param>
    /// <param name="width">Channels of pyramid and decoder, positive.</param>
    /// <param name="lowWidth">Channels to which the skip connection is brought, positive.</param>
    /// <param name="rates">Rates of the pyramid; null means 6, 12, 18, doubled at an output stride of 8.</param>
    /// <param name="dropout">What part of the pyramid's result is left out in training, in [0, 1).</param>
    /// <exception cref="ArgumentException">A number that is not positive, no rates, or such a dropout.</exception>
    public DeepLabV3Plus(
        ResNet backbone, long classes = 21, long width = 256, long lowWidth = 48, IReadOnlyList<long>? rates = null, double dropout = 0.5)
        : base(nameof(DeepLabV3Plus))
    {
        ArgumentNullException.ThrowIfNull(backbone);
        Require.Positive(classes);
        Require.Positive(width);
        Require.Positive(lowWidth);
        rates = ModelShapes.Widths(rates, backbone.OutputStride == 8 ? [12, 24, 36] : [6, 12, 18], 1);
        Require.Fraction(dropout);
        this.backbone = backbone;
        aspp = new Aspp(backbone.Channels[3], width, rates, dropout: dropout);
        low = DenseLayers.ConvolutionNormRelu(backbone.Channels[0], lowWidth, 1);
        decoder = Sequential(DenseLayers.Separable(width + lowWidth, width), DenseLayers.Separable(width, width));
        classifier = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <summary>Maps images to logits.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = backbone.call(images);                                   // checks the images
        var edges = low.call(features.Stage1);
        var context = DenseLayers.ToSize(aspp.call(features.Stage4), edges.size(2), edges.size(3));
        var logits = classifier.call(decoder.call(cat([context, edges], 1)));
        return DenseLayers.ToSize(logits, images.size(2), images.size(3)).MoveToOuterDisposeScope();
    }
}
