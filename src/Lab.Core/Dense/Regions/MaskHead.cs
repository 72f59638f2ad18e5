using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense.Regions;

/// <summary>Paints the object of a region: one mask for each class.</summary>
/// <remarks>
/// <para>3x3 convolutions with ReLU keep the grid, a transposed convolution of 2x2 doubles it, and one product per pixel gives logits for
/// K masks. Which of them is meant another head decides: classes do not compete for pixels.</para>
/// <para>State: <c>conv.{0,2,4,...}</c>, <c>upsample</c>, <c>classifier</c>. At 256 channels and 90 classes 2,645,850 parameters. Source: He et al. 2017,
/// figure 4 (with a pyramid).</para>
/// </remarks>
public sealed class MaskHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly ConvTranspose2d upsample;
    private readonly Conv2d classifier;
    private readonly long channels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the regions C, positive.</param>
    /// <param name="classes">Classes of objects K, positive.</param>
    /// <param name="width">Channels between the convolutions, positive.</param>
    /// <param name="convolutions">How many of 3x3, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public MaskHead(long channels, long classes, long width = 256, int convolutions = 4) : base(nameof(MaskHead))
    {
        Require.Positive(channels);
        Require.Positive(classes);
        Require.Positive(width);
        Require.Positive(convolutions);
        this.channels = channels;
        conv = Sequential([.. Enumerable.Range(0, convolutions).SelectMany(i => new Module<Tensor, Tensor>[]
        {
            Conv2d(i == 0 ? channels : width, width, 3, padding: 1), ReLU(inplace: true),
        })]);
        upsample = ConvTranspose2d(width, width, 2, stride: 2);
        classifier = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <summary>Maps regions to the masks of all classes.</summary>
    /// <param name="features"><c>[R, C, P, Q]</c>, the dtype and device of the head; R may be 0.</param>
    /// <returns>Logits, <c>[R, K, 2P, 2Q]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, classifier.weight!, channels);

        using var scope = NewDisposeScope();
        return classifier.call(functional.relu(upsample.call(conv.call(features)))).MoveToOuterDisposeScope();
    }

    /// <summary>Maps regions to the mask of one class each.</summary>
    /// <param name="features"><c>[R, C, P, Q]</c>, the dtype and device of the head.</param>
    /// <param name="labels">Class indices in [0, K), <c>[R]</c>, int64: -1 is refused, where indexing would take the last class.</param>
    /// <returns>Logits, <c>[R, 2P, 2Q]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a label outside.</exception>
    public Tensor ForwardMask(Tensor features, Tensor labels)
    {
        ImageShapes.RequireFit(features, classifier.weight!, channels);
        BoxShapes.RequireLabels(labels, features.size(0), classifier.weight!.size(0));
        Require.SameDevice(labels, features);

        using var scope = NewDisposeScope();
        return Region.MasksOf(call(features), labels).MoveToOuterDisposeScope();
    }
}
