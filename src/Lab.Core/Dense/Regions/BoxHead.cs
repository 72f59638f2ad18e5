using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense.Regions;

/// <summary>What a box head says of regions.</summary>
/// <param name="Logits">Raw scores of the K classes, and last of background, <c>[R, K + 1]</c>.</param>
/// <param name="Deltas">For each class, how its box would differ from the region, <c>[R, K, 4]</c>, for <see cref="Region.DecodeBoxes"/> with scales 10 and 5.</param>
public sealed record BoxOutput(Tensor Logits, Tensor Deltas);

/// <summary>Says what is in a region, and where its box should rather be.</summary>
/// <remarks>
/// <para>The region's grid of features, flattened, goes through two layers with ReLU; one layer then gives K + 1 logits, another four
/// numbers for each class.</para>
/// <para>Background is the last class, as in Detectron2, so that class indices are those of the data; torchvision has it first, and
/// deltas for it too.</para>
/// <para>State: <c>fc6</c>, <c>fc7</c>, <c>classes</c>, <c>boxes</c>. Source: Lin et al. 2017, section 4.2; Girshick 2015.</para>
/// </remarks>
public sealed class BoxHead : Module<Tensor, BoxOutput>
{
    private readonly Linear fc6;
    private readonly Linear fc7;
    private readonly Linear classes;
    private readonly Linear boxes;
    private readonly long channels;
    private readonly long size;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the regions C, positive.</param>
    /// <param name="size">Sides of their grid P, positive.</param>
    /// <param name="classes">Classes of objects K, positive.</param>
    /// <param name="hidden">Width between the layers, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public BoxHead(long channels, long size, long classes, long hidden = 1024) : base(nameof(BoxHead))
    {
        Require.Positive(channels);
        Require.Positive(size);
        Require.Positive(classes);
        Require.Positive(hidden);
        (this.channels, this.size) = (channels, size);
        fc6 = Linear(channels * size * size, hidden);
        fc7 = Linear(hidden, hidden);
        this.classes = Linear(hidden, classes + 1);
        boxes = Linear(hidden, 4 * classes);
        RegisterComponents();
    }

    /// <summary>Maps regions to logits and deltas.</summary>
    /// <param name="features"><c>[R, C, P, P]</c>, the dtype and device of the head; R may be 0.</param>
    /// <returns>Logits and deltas.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override BoxOutput forward(Tensor features)
    {
        ImageShapes.RequireFit(features, fc6.weight!, channels);
        if (features.size(2) != size || features.size(3) != size)
            throw Require.BadShape(features, $"[R, {channels}, {size}, {size}]");

        using var scope = NewDisposeScope();
        var seen = functional.relu(fc7.call(functional.relu(fc6.call(features.flatten(1)))));
        return new(
            classes.call(seen).MoveToOuterDisposeScope(),
            boxes.call(seen).reshape(features.size(0), boxes.weight!.size(0) / 4, 4).MoveToOuterDisposeScope());
    }
}
