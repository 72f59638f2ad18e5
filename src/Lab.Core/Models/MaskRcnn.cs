using Lab.Core.Dense;
using Lab.Core.Dense.Regions;
using Lab.Core.Losses;
using Lab.Core.Metrics;
using Lab.Core.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Finds objects, says what they are, and paints each: Mask R-CNN on a feature pyramid.</summary>
/// <remarks>
/// <para>First stage: <see cref="RegionProposalHead"/> asks every anchor of every map of a <see cref="FeaturePyramid"/> whether it is an object, and
/// <see cref="Region.Propose"/> keeps a few boxes. Second stage: <see cref="Region.PyramidRoiAlign"/> reads each from the map that fits it;
/// <see cref="BoxHead"/> says what it is and moves the box, <see cref="MaskHead"/> paints the object inside. Found boxes are read again for their masks,
/// and the mask of the found class is put back into the image.</para>
/// <para>Training: <see cref="Losses"/>. An anchor answers for an object from an IoU of 0.7 on, or as its best, and is background below 0.3; a region is an
/// object from 0.5 on. True boxes join the proposals, so that the second stage has something to learn from before the first is good. Mask targets
/// are the true mask, read by RoiAlign in the region and cut at ½.</para>
/// <para>Any size. Conventions: torchvision's thresholds and losses; Detectron2's aligned RoiAlign, its background as last class and its pasting of
/// masks; an anchor in the middle of its cell. Images are not normed or resized here.</para>
/// <para>State: <c>backbone</c> (see <see cref="ResNet"/>), <c>pyramid</c>, <c>proposal</c>, <c>box</c>, <c>mask</c>. On ResNet-50 with 90 classes 44,450,156 parameters;
/// torchvision's has 44,401,393: there batch norm is frozen (53,120 fewer), and background has deltas and a mask too (4,357 more).
/// Source: He et al. 2017.</para>
/// </remarks>
public sealed class MaskRcnn : Module<Tensor, IReadOnlyList<Instances>>
{
    private static readonly double[] strides = [4, 8, 16, 32, 64];

    private readonly ResNet backbone;
    private readonly FeaturePyramid pyramid;
    private readonly RegionProposalHead proposal;
    private readonly BoxHead box;
    private readonly MaskHead mask;
    private readonly MaskRcnnOptions options;

    /// <summary>Makes the network, and owns the backbone.</summary>
    /// <param name="backbone">Reads images; its output stride must be 32.</param>
    /// <param name="classes">Classes of objects K, positive.</param>
    /// <param name="options">Sizes and thresholds; null means those for photographs.</param>
    /// <exception cref="ArgumentException">A number that is not positive, another output stride, or not five anchor sizes.</exception>
    public MaskRcnn(ResNet backbone, long classes, MaskRcnnOptions? options = null) : base(nameof(MaskRcnn))
    {
        ArgumentNullException.ThrowIfNull(backbone);
        if (backbone.OutputStride != 32)
            throw new ArgumentException($"backbone must have an output stride of 32, got {backbone.OutputStride}.", nameof(backbone));
        Require.Positive(classes);
        this.options = options ??= new();
        if (options.AnchorSizes is not { Count: 5 } || options.AnchorRatios is not { Count: > 0 })
            throw new ArgumentException(
                $"options must have five anchor sizes and one ratio or more, got {options.AnchorSizes?.Count ?? 0} and {options.AnchorRatios?.Count ?? 0}.", nameof(options));
        if (new[]
        {
            options.Width, options.Hidden, options.MaskWidth, options.ProposalsBefore, options.ProposalsAfter, options.AnchorSample,
            options.RegionSample, options.BoxGrid, options.MaskGrid, options.MostObjects,
        }.Any(n => n < 1))
            throw new ArgumentException($"options must have positive numbers, got {options}.", nameof(options));
        Classes = classes;
        this.backbone = backbone;
        pyramid = new(backbone.Channels, options.Width);
        proposal = new(options.Width, options.AnchorRatios.Count);
        box = new(options.Width, options.BoxGrid, classes, options.Hidden);
        mask = new(options.Width, classes, options.MaskWidth);
        RegisterComponents();
    }

    /// <summary>Classes of objects K.</summary>
    public long Classes { get; }

    /// <summary>Finds the objects of images.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns>For each image its objects.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override IReadOnlyList<Instances> forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. Find(Maps(images), images).Select(Kept)];

        static Instances Kept(Instances found) => new(
            found.Boxes.MoveToOuterDisposeScope(), found.Labels.MoveToOuterDisposeScope(), found.Scores.MoveToOuterDisposeScope(),
            found.Masks.MoveToOuterDisposeScope());
    }

    /// <summary>What the network has to learn from, given the truth.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <param name="targets">The objects of each image; an image may have none.</param>
    /// <param name="generator">Draws anchors and regions to learn from, on the CPU; none takes the library's own.</param>
    /// <returns>Five scalars.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a box without area, or a label outside [0, K).</exception>
    public MaskRcnnLosses Losses(Tensor images, IReadOnlyList<InstanceTargets> targets, Generator? generator = null)
    {
        ImageShapes.RequireImages(images);
        InstanceShapes.RequireTargets(targets, images, Classes);

        using var scope = NewDisposeScope();
        var losses = Judge(Maps(images), images, targets, generator);
        return new(
            losses.Objectness.MoveToOuterDisposeScope(), losses.Proposals.MoveToOuterDisposeScope(), losses.Classes.MoveToOuterDisposeScope(),
            losses.Boxes.MoveToOuterDisposeScope(), losses.Masks.MoveToOuterDisposeScope());
    }

    /// <summary>The boxes at which the second stage looks: what the first stage says.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns>For each image its proposals.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public IReadOnlyList<RegionProposals> Propose(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var maps = Maps(images);
        return [.. Proposals(maps, Scores(maps), images)
            .Select(p => new RegionProposals(p.Boxes.MoveToOuterDisposeScope(), p.Scores.MoveToOuterDisposeScope()))];
    }

    /// <summary>The pyramid of images, five maps.</summary>
    internal IReadOnlyList<Tensor> Maps(Tensor images)
    {
        var stages = backbone.call(images);                                     // checks the images
        return pyramid.call([stages.Stage1, stages.Stage2, stages.Stage3, stages.Stage4]);
    }

    /// <summary>The objects of images, from their maps, in the scope of the caller.</summary>
    internal IReadOnlyList<Instances> Find(IReadOnlyList<Tensor> maps, Tensor images)
    {
        var (H, W) = (images.size(2), images.size(3));
        var found = new List<Instances>();
        foreach (var (regions, b) in Proposals(maps, Scores(maps), images).Select((p, b) => (p.Boxes, b)))
        {
            var said = box.call(Read(maps, regions, Numbers(regions, b), options.BoxGrid));
            var seen = Region.Detect(said.Logits, said.Deltas, regions, H, W, options.LeastScore, options.Overlap, options.MostObjects);
            var painted = mask.ForwardMask(Read(maps, seen.Boxes, Numbers(seen.Boxes, b), options.MaskGrid), seen.Labels);
            found.Add(new(seen.Boxes, seen.Labels, seen.Scores, Region.PasteMasks(painted.sigmoid(), seen.Boxes, H, W) > 0.5));
        }
        return found;
    }

    /// <summary>The losses of images, from their maps, in the scope of the caller.</summary>
    internal MaskRcnnLosses Judge(IReadOnlyList<Tensor> maps, Tensor images, IReadOnlyList<InstanceTargets> targets, Generator? generator)
    {
        var scores = Scores(maps);
        var anchors = AnchorsOf(maps);
        var first = JudgeProposals(scores, anchors, targets, generator);
        var regions = Proposals(maps, scores, images).Select((p, b) => Sampled(p.Boxes, targets[b], generator)).ToArray();
        var boxes = cat([.. regions.Select(r => r.Boxes)]);
        var numbers = cat([.. regions.Select((r, b) => Numbers(r.Boxes, b))]);
        var labels = cat([.. regions.Select(r => r.Labels)]);
        var said = box.call(Read(maps, boxes, numbers, options.BoxGrid));
        var second = Loss.RegionBox(said.Logits, said.Deltas, labels, cat([.. regions.Select(r => r.Deltas)]));

        var rows = (labels < Classes).nonzero().squeeze(1);
        var painted = mask.call(Read(maps, boxes.index_select(0, rows), numbers.index_select(0, rows), options.MaskGrid));
        var masks = Loss.InstanceMask(painted, labels.index_select(0, rows), cat([.. regions.Select(r => r.Masks)]));
        return new(first.Objectness, first.Boxes, second.Classes, second.Boxes, masks.sum() / Math.Max(1, rows.size(0)));
    }

    private RegionScores[] Scores(IReadOnlyList<Tensor> maps) => [.. maps.Select(proposal.call)];

    private Tensor[] AnchorsOf(IReadOnlyList<Tensor> maps) => [.. maps.Select((map, i) => Region.Anchors(
        map.size(2), map.size(3), strides[i], [options.AnchorSizes[i]], options.AnchorRatios, dtype: map.dtype, device: map.device))];

    private RegionProposalLoss JudgeProposals(
        RegionScores[] scores, Tensor[] anchors, IReadOnlyList<InstanceTargets> targets, Generator? generator)
    {
        var all = cat(anchors);
        var (wanted, objects, background) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var b = 0; b < targets.Count; b++)
        {
            var matches = Region.Match(Metric.BoxOverlaps(targets[b].Boxes, all), 0.3, 0.7, keepBest: true);
            var sample = Region.SampleBoxes(matches, options.AnchorSample, 0.5, generator);
            objects.Add(sample.Positives + b * all.size(0));
            background.Add(sample.Negatives + b * all.size(0));
            wanted.Add(Wanted(targets[b], matches, all, 1, 1));
        }
        return Loss.RegionProposal(
            cat([.. scores.Select(s => s.Objectness)], 1).flatten(), cat([.. scores.Select(s => s.Deltas)], 1).flatten(0, 1), cat(wanted.ToArray()),
            new(cat(objects.ToArray()), cat(background.ToArray())));
    }

    private RegionProposals[] Proposals(IReadOnlyList<Tensor> maps, RegionScores[] scores, Tensor images)
    {
        var anchors = AnchorsOf(maps);
        var (all, logits, deltas) = (cat(anchors), cat([.. scores.Select(s => s.Objectness)], 1), cat([.. scores.Select(s => s.Deltas)], 1));
        var perMap = anchors.Select(a => a.size(0)).ToArray();
        return [.. Enumerable.Range(0, (int)images.size(0)).Select(b => Region.Propose(
            logits[b], deltas[b], all, perMap, images.size(2), images.size(3), options.ProposalsBefore, options.ProposalsAfter))];
    }

    /// <summary>Regions of one image to learn from; masks are of the objects among them, in their order.</summary>
    private (Tensor Boxes, Tensor Labels, Tensor Deltas, Tensor Masks) Sampled(Tensor proposals, InstanceTargets truth, Generator? generator)
    {
        var regions = cat([proposals, truth.Boxes]);
        var matches = Region.Match(Metric.BoxOverlaps(truth.Boxes, regions), 0.5, 0.5);
        var sample = Region.SampleBoxes(matches, options.RegionSample, 0.25, generator);
        var rows = cat([sample.Positives, sample.Negatives]);
        var owners = matches.index_select(0, sample.Positives);
        var (boxes, found) = (regions.index_select(0, rows), regions.index_select(0, sample.Positives));
        var labels = cat([truth.Labels.index_select(0, owners), full_like(sample.Negatives, Classes)]);
        var side = 2 * options.MaskGrid;
        var masks = truth.Masks.size(0) == 0
            ? zeros([0, side, side], dtype: boxes.dtype, device: boxes.device)
            : Region.RoiAlign(truth.Masks.unsqueeze(1).to(boxes.dtype), found, owners, side, side).squeeze(1).ge(0.5).to(boxes.dtype);
        return (boxes, labels, Wanted(truth, matches.index_select(0, rows), boxes, 10, 5), masks);
    }

    /// <summary>What the deltas of boxes should be; zeros where a box matches no object.</summary>
    private static Tensor Wanted(InstanceTargets truth, Tensor matches, Tensor boxes, double placeScale, double sizeScale)
    {
        var deltas = zeros_like(boxes);
        var rows = (matches >= 0).nonzero().squeeze(1);
        return rows.size(0) == 0
            ? deltas
            : deltas.index_copy(0, rows, Region.EncodeBoxes(
                truth.Boxes.index_select(0, matches.index_select(0, rows)), boxes.index_select(0, rows), placeScale, sizeScale));
    }

    private Tensor Read(IReadOnlyList<Tensor> maps, Tensor boxes, Tensor numbers, long grid) => Region.PyramidRoiAlign(
        [.. maps.Take(4)], strides[..4], boxes, numbers, grid, grid, canonicalSize: options.CanonicalSize);

    private static Tensor Numbers(Tensor boxes, long image) => full([boxes.size(0)], image, dtype: ScalarType.Int64, device: boxes.device);
}
