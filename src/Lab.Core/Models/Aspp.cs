using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Looks at every place with several fields of view at once: atrous spatial pyramid pooling.</summary>
/// <remarks>
/// <para>Side by side: a 1x1 convolution, 3x3 convolutions with the given rates, and the mean of the whole map; each with batch norm and
/// ReLU. All of it goes through a 1x1 convolution, batch norm, ReLU and dropout.</para>
/// <para>Separable: a 3x3 convolution of each channel by itself (with batch norm and ReLU), then 1x1 across channels: about a ninth of the
/// numbers and products.</para>
/// <para>The mean of the map is one pixel. In training with a batch of one it holds one value per channel, which has no variance:
/// batch norm there stands on its running statistics, where the library's raises an error.</para>
/// <para>A rate beyond the map's side leaves a 3x3 convolution with its middle tap: see
/// <see cref="Spatial.AtrousConvolution"/>.</para>
/// <para>State: <c>branches.0.{0,1}</c>; <c>branches.I.{0,1}</c> or, separable, <c>branches.I.{0,1,3,4}</c>; <c>image.{0,1}</c>;
/// <c>project.{0,1}</c>. Source: Chen et al. 2017 (DeepLabV3), 2018 (DeepLabV3+, separable).</para>
/// </remarks>
public sealed class Aspp : Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> branches;
    private readonly Sequential image;
    private readonly Sequential project;
    private readonly long channels;

    /// <summary>Makes the pyramid with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features, positive.</param>
    /// <param name="width">Channels of every branch and of the result, positive.</param>
    /// <param name="rates">Rates of the 3x3 convolutions, positive; null means 6, 12, 18.</param>
    /// <param name="separable">Whether these are split into channels and places.</param>
    /// <param name="dropout">What part of the result is left out in training, in [0, 1).</param>
    /// <exception cref="ArgumentException">A number that is not positive, no rates, or such a dropout.</exception>
    public Aspp(long channels, long width = 256, IReadOnlyList<long>? rates = null, bool separable = true, double dropout = 0.5)
        : base(nameof(Aspp))
    {
        Require.Positive(channels);
        Require.Positive(width);
        rates = ModelShapes.Widths(rates, [6, 12, 18], 1);
        Require.Fraction(dropout);
        this.channels = channels;
        branches = new([
            DenseLayers.ConvolutionNormRelu(channels, width, 1),
            .. rates.Select(rate => separable
                ? DenseLayers.Separable(channels, width, rate)
                : DenseLayers.ConvolutionNormRelu(channels, width, 3, rate)),
        ]);
        image = DenseLayers.ConvolutionNormRelu(channels, width, 1);
        project = Sequential(
            Conv2d((rates.Count + 2) * width, width, 1, bias: false), new MapNorm(width), ReLU(inplace: true), Dropout(dropout));
        RegisterComponents();
    }

    /// <summary>Maps features to features that know their surroundings.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the module.</param>
    /// <returns><c>[B, width, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, DenseLayers.WeightOf(image), channels);

        using var scope = NewDisposeScope();
        var whole = image.call(features.mean([2, 3], keepdim: true));           // [B, width, 1, 1]
        var everywhere = whole.expand(-1, -1, features.size(2), features.size(3));
        return project.call(cat([.. branches.Select(b => b.call(features)), everywhere], 1)).MoveToOuterDisposeScope();
    }
}
