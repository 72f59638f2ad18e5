using Lab.Core.Runtime;
using Lab.Core.Sets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TransformerEncoderLayer = Lab.Core.Sequences.TransformerEncoderLayer;

namespace Lab.Core.Models;

/// <summary>DETR, small: a convolutional backbone, a Transformer over its pixels, and a head that puts out a set of objects.</summary>
/// <remarks>
/// <para>Formula: five convolutions, three of them of stride 2, each with group normalisation and ReLU, make a map an eighth as large, of width D, whose
/// cells see 39 pixels around; the cells and the waves of their places go through encoder layers; a norm gives the memory that <see cref="SetPredictionHead"/> looks at. No anchors to tune, no
/// non-maximum suppression: what is put out is the set.</para>
/// <para>State: <c>backbone.0</c>, <c>.1</c>, <c>.3</c>, <c>.4</c>, and so on to <c>.13</c>; per encoder layer i <c>encoder.i.attentionNorm</c>,
/// <c>.attention</c>, <c>.feedNorm</c>, <c>.feed</c>; <c>norm</c>; <c>head</c> as there. Source: Carion et al. 2020, which has a ResNet-50, six and six
/// layers of width 256, and 100 queries.</para>
/// </remarks>
public sealed class DetrModel : Module<Tensor, SetPrediction>
{
    private const long Stride = 8;

    private readonly Sequential backbone;
    private readonly ModuleList<TransformerEncoderLayer> encoder;
    private readonly LayerNorm norm;
    private readonly SetPredictionHead head;
    private readonly long channels;

    /// <summary>Makes a model with the library's starting weights.</summary>
    /// <param name="options">The head's sizes; the whole model has its width, its heads and its inner width. The width is a multiple of 8.</param>
    /// <param name="encoderLayers">How many encoder layers, 0 or more.</param>
    /// <param name="channels">Channels of a picture, positive.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public DetrModel(SetPredictionOptions options, long encoderLayers = 1, long channels = 3) : base(nameof(DetrModel))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(encoderLayers);
        Require.Positive(channels);
        var width = options.Width;
        if (width < 8 || width % 8 != 0)
            throw new ArgumentException($"options.Width must be a positive multiple of 8, got {width}.", nameof(options));

        head = new SetPredictionHead(options);
        this.channels = channels;
        backbone = Sequential([
            .. Stage(channels, width / 4, 2), .. Stage(width / 4, width / 2, 2), .. Stage(width / 2, width / 2, 1),
            .. Stage(width / 2, width, 2), .. Stage(width, width, 1)]);
        encoder = ModuleList([.. Enumerable.Range(0, (int)encoderLayers)
            .Select(_ => new TransformerEncoderLayer(width, options.Heads, options.InnerWidth ?? 4 * width, dropout: 0))]);
        norm = LayerNorm(width);
        RegisterComponents();
    }

    private static IEnumerable<Module<Tensor, Tensor>> Stage(long from, long to, long stride) =>
        [Conv2d(from, to, 3, stride: stride, padding: 1), Norm(to), ReLU()];

    /// <summary>The library leaves a new layer's numbers as they lie in memory.</summary>
    private static GroupNorm Norm(long channels)
    {
        var layer = GroupNorm(2, channels);
        using (NewDisposeScope())                                               // weight and bias come as new handles
        using (no_grad())
        {
            init.ones_(layer.weight!);
            init.zeros_(layer.bias!);
        }
        return layer;
    }

    /// <summary>The head's sizes and choices.</summary>
    public SetPredictionOptions Options => head.Options;

    /// <summary>Puts out the objects of pictures.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of 8 or more, the dtype and device of the model.</param>
    /// <returns>The answers of Q queries after each decoder layer.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override SetPrediction forward(Tensor images) => Predict(images, null);

    /// <summary>The same, with noised queries beside the learned ones, for training.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of 8 or more.</param>
    /// <param name="noised">Made for these pictures and Q queries; null for none.</param>
    /// <returns>The answers of both.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public SetPrediction Predict(Tensor images, DenoisingQueries? noised)
    {
        using var scope = NewDisposeScope();
        var prediction = Decode(Remember(images), noised);
        foreach (var output in prediction.Layers.Concat(prediction.Denoised))
        {
            output.Logits.MoveToOuterDisposeScope();
            output.Boxes.MoveToOuterDisposeScope();
        }
        return prediction;
    }

    /// <summary>The second half of <see cref="Predict"/>: where something else learns from the same memory, or looks at it.</summary>
    /// <param name="memory">As <see cref="Remember"/> gives it, <c>[B, S, D]</c>.</param>
    /// <param name="noised">Made for these pictures and Q queries; null for none.</param>
    /// <returns>The answers of both.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public SetPrediction Decode(Tensor memory, DenoisingQueries? noised) => head.Decode(memory, noised);

    /// <summary>What the head looks at: to train backbone and encoder on something else first or beside, or to look at it.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of 8 or more.</param>
    /// <returns>A vector for each cell of the map, row by row, <c>[B, ⌈H/8⌉·⌈W/8⌉, D]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public Tensor Remember(Tensor images)
    {
        Require.FloatingPoint(images);
        if (images.shape is not [_, var C, >= Stride, >= Stride] || C != channels)
            throw Require.BadShape(images, $"[B, {channels}, H, W] with H and W >= {Stride}");
        Require.SameDtype(images, norm.weight!, likeName: "the model");
        Require.SameDevice(images, norm.weight!, likeName: "the model");

        using var scope = NewDisposeScope();
        var map = backbone.call(images);
        var x = map.flatten(2).transpose(1, 2)
            + SineEmbedding.Of(SineEmbedding.Cells(map.size(2), map.size(3), map), Options.Width / 4);
        var everything = ones([x.size(0), x.size(1)], ScalarType.Bool, x.device);
        foreach (var layer in encoder)
            x = layer.call(x, everything);
        return norm.call(x).MoveToOuterDisposeScope();
    }
}
