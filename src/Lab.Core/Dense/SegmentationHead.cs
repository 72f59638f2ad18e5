using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>The head that gives every pixel a class: logits per pixel, at the features' size or any other.</summary>
/// <remarks>
/// <para>Formula: two 3x3 convolutions, each with batch norm and ReLU, then one product per pixel,
/// <c>z[k] = w[k]·x + b[k]</c>: a linear head at every place.</para>
/// <para>What comes out are raw logits, for <see cref="Losses.Loss.CrossEntropy"/>, which takes <c>[B, K, H, W]</c> and indices
/// <c>[B, H, W]</c> as they are. A sigmoid or softmax behind the last layer would be applied twice.</para>
/// <para>Larger outputs are resized as logits, before softmax and argmax: classes cannot be averaged. One step of 8 or more
/// smears every edge over as many pixels; that is what decoders with skip connections are for.</para>
/// <para>State: <c>conv.0.weight</c> <c>[hidden, C, 3, 3]</c>, <c>conv.1</c> (batch norm), <c>conv.3.weight</c>
/// <c>[hidden, hidden, 3, 3]</c>, <c>conv.4</c> (batch norm), <c>classifier.weight</c> <c>[K, hidden, 1, 1]</c>,
/// <c>classifier.bias</c> <c>[K]</c>.</para>
/// </remarks>
public sealed class SegmentationHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly Conv2d classifier;
    private readonly long channels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features C, positive.</param>
    /// <param name="classes">Classes K, positive.</param>
    /// <param name="hidden">Channels between the convolutions, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public SegmentationHead(long channels, long classes, long hidden = 256) : base(nameof(SegmentationHead))
    {
        Require.Positive(channels);
        Require.Positive(classes);
        Require.Positive(hidden);
        this.channels = channels;
        conv = DenseLayers.Twice(channels, hidden);
        classifier = Conv2d(hidden, classes, 1);
        RegisterComponents();
    }

    /// <summary>Maps features to logits of their size.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, classifier.weight!, channels);

        using var scope = NewDisposeScope();
        return classifier.call(conv.call(features)).MoveToOuterDisposeScope();
    }

    /// <summary>Maps features to logits of another size.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <param name="height">The output's height, positive.</param>
    /// <param name="width">The output's width, positive.</param>
    /// <returns><c>[B, K, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or size other than those above.</exception>
    public Tensor forward(Tensor features, long height, long width)
    {
        Require.Positive(height);
        Require.Positive(width);

        using var scope = NewDisposeScope();
        return DenseLayers.ToSize(call(features), height, width).MoveToOuterDisposeScope();
    }

    /// <summary>The class of each pixel: the largest logit, after resizing.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <param name="height">The output's height, positive.</param>
    /// <param name="width">The output's width, positive.</param>
    /// <returns>Class indices, int64, <c>[B, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or size other than those above.</exception>
    public Tensor Predict(Tensor features, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return forward(features, height, width).argmax(1).MoveToOuterDisposeScope();
    }
}
