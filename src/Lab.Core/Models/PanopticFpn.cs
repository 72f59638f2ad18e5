using Lab.Core.Dense;
using Lab.Core.Dense.Regions;
using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>What a panoptic network puts out.</summary>
/// <param name="Semantic">Raw logits of every pixel: class 0 for things, then the S others, <c>[B, S + 1, H, W]</c>.</param>
/// <param name="Instances">The objects of each image, without a gradient.</param>
public sealed record PanopticOutput(Tensor Semantic, IReadOnlyList<Instances> Instances);

/// <summary>What a panoptic network learns from.</summary>
/// <param name="Instances">The five losses of things.</param>
/// <param name="Semantic">Cross-entropy of pixels, a scalar.</param>
public sealed record PanopticLosses(MaskRcnnLosses Instances, Tensor Semantic)
{
    /// <summary>The weighted sum; the paper has weights of ½ for pixels beside 1 for things, or turned round.</summary>
    /// <param name="semanticWeight">How much pixels count, not negative.</param>
    public Tensor Total(double semanticWeight = 0.5)
    {
        Require.NotNegative(semanticWeight);
        using var scope = NewDisposeScope();
        return (Instances.Total() + semanticWeight * Semantic).MoveToOuterDisposeScope();
    }
}

/// <summary>Things and everything else at once: Mask R-CNN and a semantic branch on the same feature pyramid.</summary>
/// <remarks>
/// <para><see cref="MaskRcnn"/> finds what can be counted; <see cref="SemanticBranch"/> labels every pixel from the pyramid's four maps;
/// <see cref="Region.MergePanoptic"/> makes one answer of both.</para>
/// <para>Logits have the image's size, whatever it is: 65x65 gives 65x65, where quarter maps enlarged by 4 give 68x68.</para>
/// <para>State: <c>instances</c> (see <see cref="MaskRcnn"/>), <c>semantic</c> (see <see cref="SemanticBranch"/>). On ResNet-50 with 80 things and 53 others 46,027,110
/// parameters. Source: Kirillov et al. 2019, "Panoptic Feature Pyramid Networks".</para>
/// </remarks>
public sealed class PanopticFpn : Module<Tensor, PanopticOutput>
{
    private readonly MaskRcnn instances;
    private readonly SemanticBranch semantic;

    /// <summary>Makes the network, and owns the backbone.</summary>
    /// <param name="backbone">Reads images; its output stride must be 32.</param>
    /// <param name="things">Classes that can be counted K, positive.</param>
    /// <param name="others">Classes that cannot S, positive.</param>
    /// <param name="options">Of the instance branch; null means those for photographs.</param>
    /// <param name="semanticWidth">Channels of the semantic branch, positive.</param>
    /// <param name="groups">Groups of its norms, a divisor of its width.</param>
    /// <exception cref="ArgumentException">A number that is not positive, groups that do not divide the width, or options that <see cref="MaskRcnn"/> refuses.</exception>
    public PanopticFpn(
        ResNet backbone, long things, long others, MaskRcnnOptions? options = null, long semanticWidth = 128, long groups = 32)
        : base(nameof(PanopticFpn))
    {
        Require.Positive(things);
        Require.Positive(others);
        Require.Positive(semanticWidth);
        SemanticBranch.RequireGroups(groups, semanticWidth);
        instances = new(backbone, things, options);
        semantic = new((options ?? new()).Width, 4, others + 1, semanticWidth, groups);
        (Things, Others) = (things, others);
        RegisterComponents();
    }

    /// <summary>Classes that can be counted K.</summary>
    public long Things { get; }

    /// <summary>Classes that cannot S.</summary>
    public long Others { get; }

    /// <summary>The instance branch, with the backbone and the pyramid that both share.</summary>
    public MaskRcnn InstanceBranch => instances;

    /// <summary>Maps images to logits of pixels and to objects.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns>Logits of the images' size, and objects.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override PanopticOutput forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var maps = instances.Maps(images);
        var logits = Pixels(maps, images);
        using var noGradient = no_grad();
        return new(logits.MoveToOuterDisposeScope(), [.. instances.Find(maps, images).Select(found => new Instances(
            found.Boxes.MoveToOuterDisposeScope(), found.Labels.MoveToOuterDisposeScope(), found.Scores.MoveToOuterDisposeScope(),
            found.Masks.MoveToOuterDisposeScope()))]);
    }

    /// <summary>One answer for every pixel.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <param name="leastScore">Of objects, in [0, 1].</param>
    /// <param name="overlap">The share of its pixels that an object may lose, in [0, 1].</param>
    /// <param name="leastArea">Of regions that cannot be counted, in pixels, not negative.</param>
    /// <returns>Categories and numbers, <c>[B, H, W]</c> each; see <see cref="Region.MergePanoptic"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public PanopticMap Predict(Tensor images, double leastScore = 0.5, double overlap = 0.5, long leastArea = 4096)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var said = call(images);
        var labels = said.Semantic.argmax(1);
        var merged = said.Instances.Select((found, b) => Region.MergePanoptic(
            found.Masks, found.Labels, found.Scores, labels[b], Things, Others, leastScore, overlap, leastArea)).ToArray();
        return merged.Length == 0
            ? new(labels.MoveToOuterDisposeScope(), zeros_like(labels).MoveToOuterDisposeScope())
            : new(
                stack(merged.Select(m => m.Categories)).MoveToOuterDisposeScope(), stack(merged.Select(m => m.Numbers)).MoveToOuterDisposeScope());
    }

    /// <summary>What the network has to learn from, given the truth.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <param name="targets">The objects of each image; an image may have none.</param>
    /// <param name="pixels">0 for things, 1 to S for the others, or 255 for pixels that do not count, <c>[B, H, W]</c>, int64.</param>
    /// <param name="generator">Draws anchors and regions to learn from, on the CPU; none takes the library's own.</param>
    /// <returns>Six scalars.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a box without area, or a label outside.</exception>
    public PanopticLosses Losses(Tensor images, IReadOnlyList<InstanceTargets> targets, Tensor pixels, Generator? generator = null)
    {
        ImageShapes.RequireImages(images);
        InstanceShapes.RequireTargets(targets, images, Things);
        ArgumentNullException.ThrowIfNull(pixels);
        Require.Shape(pixels, [images.size(0), images.size(2), images.size(3)]);
        Require.SameDevice(pixels, images);
        Require.ClassIndices(pixels, Others + 1, Ignored);

        using var scope = NewDisposeScope();
        var maps = instances.Maps(images);
        var things = instances.Judge(maps, images, targets, generator);
        var each = Loss.CrossEntropy(Pixels(maps, images), pixels, ignoreIndex: Ignored);
        var mean = Loss.WeightedMean(each, pixels.ne(Ignored).to(each.dtype));
        return new(
            new(
                things.Objectness.MoveToOuterDisposeScope(), things.Proposals.MoveToOuterDisposeScope(), things.Classes.MoveToOuterDisposeScope(),
                things.Boxes.MoveToOuterDisposeScope(), things.Masks.MoveToOuterDisposeScope()),
            mean.MoveToOuterDisposeScope());
    }

    private const long Ignored = 255;

    private Tensor Pixels(IReadOnlyList<Tensor> maps, Tensor images) => semantic.call([.. maps.Take(4)], images.size(2), images.size(3));
}
