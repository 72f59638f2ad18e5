using Lab.Core.Dense.Regions;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Dense.Regions;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>A Mask R-CNN by its definition: layers by formulas, boxes in plain doubles, one anchor and one region after the other.</summary>
internal sealed class MaskRcnnByHand
{
    private readonly Formulas net;
    private readonly string prefix;
    private readonly MaskRcnnCase sizes;
    private readonly MaskRcnnOptions options;
    private readonly double[][] anchors;
    private readonly long[] perMap;
    private readonly (Tensor Objectness, Tensor Deltas) said;

    public MaskRcnnByHand(MaskRcnnCase sizes, Tensor images, IReadOnlyDictionary<string, Tensor> p, string prefix)
    {
        (net, this.prefix, this.sizes, options) = (new(p), prefix, sizes, sizes.Settings);
        var stages = ResNetSpec.Formula(net, $"{prefix}backbone.", images, MaskRcnnCase.Depths, ResNetBlock.Basic, 32);
        Maps = FeaturePyramidSpec.Formula(net, $"{prefix}pyramid.", stages, extra: true);
        var each = Maps.Select((map, i) => Anchors(map, i)).ToArray();
        (anchors, perMap) = ([.. each.SelectMany(a => a)], [.. each.Select(a => (long)a.Length)]);
        var heads = Maps.Select(map => RegionProposalHeadSpec.Formula(net, $"{prefix}proposal.", map, options.AnchorRatios.Count)).ToArray();
        said = (cat([.. heads.Select(h => h.Objectness)], 1), cat([.. heads.Select(h => h.Deltas)], 1));
    }

    public Tensor[] Maps { get; }

    private double[][] Anchors(Tensor map, int level)
    {
        var boxes = new AnchorsSpec().Oracle(
            map.size(2), map.size(3), MaskRcnnCase.Strides[level], [options.AnchorSizes[level]], options.AnchorRatios, 0.5, ScalarType.Float64, null);
        return [.. ClosedForm.Numbers(boxes).Chunk(4)];
    }

    private RegionProposals Proposals(int b) => ProposeSpec.ByHand(
        said.Objectness[b], said.Deltas[b], Box([.. anchors]), perMap, sizes.H, sizes.W, options.ProposalsBefore, options.ProposalsAfter, 0.7, 1e-3);

    /// <summary>The five losses.</summary>
    public Tensor[] Losses(IReadOnlyList<InstanceTargets> targets)
    {
        var zero = 0 * Maps[0].sum();                                           // what nothing is learnt from has a gradient, of zeros
        var (sure, moved, count) = (zero, zero, 0);
        var (classes, boxes, regions, masks, painted) = (zero, zero, 0, zero, 0);
        for (var b = 0; b < targets.Count; b++)
        {
            var truth = Sides(targets[b].Boxes);
            var matches = Matches(truth, anchors, 0.3, 0.7, true);
            for (var n = 0; n < anchors.Length; n++)
            {
                if (matches[n] == -2)
                    continue;
                count++;
                sure = sure + F.softplus(matches[n] >= 0 ? -said.Objectness[b][n] : said.Objectness[b][n]);
                if (matches[n] >= 0)
                    moved = moved + DetectorCase.Moved(said.Deltas[b][n], Delta(truth[matches[n]], anchors[n], 1, 1));
            }
            double[][] seen = [.. Sides(Proposals(b).Boxes), .. truth];
            var owners = Matches(truth, seen, 0.5, 0.5, false);
            for (var r = 0; r < seen.Length; r++)
            {
                var (logits, deltas) = BoxHeadSpec.Formula(net, $"{prefix}box.", Read(seen[r], b, options.BoxGrid), sizes.K);
                var label = owners[r] < 0 ? sizes.K : ClosedForm.Indices(targets[b].Labels)[owners[r]];
                classes = classes - logits[0].log_softmax(0)[label];
                regions++;
                if (owners[r] < 0)
                    continue;
                boxes = boxes + DetectorCase.Moved(deltas[0][label], Delta(truth[owners[r]], seen[r], 10, 5));
                var side = 2 * options.MaskGrid;
                var wanted = RoiAlignSpec.ByHand(
                    targets[b].Masks[owners[r]].to(ScalarType.Float64).reshape(1, 1, sizes.H, sizes.W), Box(seen[r]), zeros(1, dtype: ScalarType.Int64), side, side, 1, 2, true);
                masks = masks + F.binary_cross_entropy_with_logits(Painted(seen[r], b)[0][label], (wanted[0][0] >= 0.5).to(ScalarType.Float64));
                painted++;
            }
        }
        return [sure / Math.Max(1, count), moved / Math.Max(1, count), classes / Math.Max(1, regions), boxes / Math.Max(1, regions), masks / Math.Max(1, painted)];
    }

    /// <summary>The objects of an image.</summary>
    public Instances Find(int b)
    {
        using var noGradient = no_grad();
        var regions = Proposals(b).Boxes;
        var heads = Sides(regions).Select(box => BoxHeadSpec.Formula(net, $"{prefix}box.", Read(box, b, options.BoxGrid), sizes.K)).ToArray();
        var found = heads.Length == 0
            ? new RegionDetections(regions, zeros(0, dtype: ScalarType.Int64), zeros(0, dtype: ScalarType.Float64), zeros(0, dtype: ScalarType.Int64))
            : DetectSpec.ByHand(
                cat([.. heads.Select(h => h.Logits)]), cat([.. heads.Select(h => h.Deltas)]), regions, sizes.H, sizes.W, options.LeastScore,
                options.Overlap, options.MostObjects, 10, 5);
        var labels = ClosedForm.Indices(found.Labels);
        var masks = Sides(found.Boxes).Select((box, d) =>
            new PasteMasksSpec().Oracle(Painted(box, b)[0][labels[d]].sigmoid().unsqueeze(0), Box(box), sizes.H, sizes.W)[0] > 0.5).ToArray();
        return new(found.Boxes, found.Labels, found.Scores, masks.Length == 0 ? zeros([0, sizes.H, sizes.W], ScalarType.Bool) : stack(masks));
    }

    private Tensor Painted(double[] box, int b) => MaskHeadSpec.Formula(net, $"{prefix}mask.", Read(box, b, options.MaskGrid), 4);

    private Tensor Read(double[] box, int b, long grid)
    {
        var level = (int)ClosedForm.Indices(PyramidLevelsSpec.ByHand(Box(box), 4, options.CanonicalSize, 2))[0];
        return RoiAlignSpec.ByHand(Maps[level], Box(box), full([1], (long)b, dtype: ScalarType.Int64), grid, grid, 1 / MaskRcnnCase.Strides[level], 2, true);
    }

    private static int[] Matches(double[][] truth, double[][] boxes, double low, double high, bool keepBest)
    {
        var overlaps = tensor([.. truth.SelectMany(t => boxes.Select(box => ProposeSpec.Overlap(t, box)))], dtype: ScalarType.Float64).reshape(truth.Length, boxes.Length);
        return [.. ClosedForm.Indices(new MatchSpec().Oracle(overlaps, low, high, keepBest)).Select(m => (int)m)];
    }

    private static Tensor Delta(double[] box, double[] from, double place, double size)
    {
        var (w, h) = (from[2] - from[0], from[3] - from[1]);
        return tensor(
        [
            place * (box[0] + box[2] - from[0] - from[2]) / 2 / w, place * (box[1] + box[3] - from[1] - from[3]) / 2 / h,
            size * Math.Log((box[2] - box[0]) / w), size * Math.Log((box[3] - box[1]) / h),
        ]);
    }

    private static double[][] Sides(Tensor boxes) => [.. ClosedForm.Numbers(boxes).Chunk(4)];

    private static Tensor Box(params double[][] boxes) => tensor([.. boxes.SelectMany(box => box)], dtype: ScalarType.Float64).reshape(-1, 4);
}
