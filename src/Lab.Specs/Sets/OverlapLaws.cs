using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>What is true of similarities of boxes, whoever computes them.</summary>
internal static class OverlapLaws
{
    private static readonly Tolerance close = new(1e-9, 1e-9);

    /// <summary>The laws, for an op that <paramref name="similar"/> asks for pairs at the same places.</summary>
    public static IEnumerable<Law<TOp, BoxPairsCase>> Of<TOp>(Func<TOp, Tensor, Tensor, BoxSimilarity, Tensor> similar)
        where TOp : Delegate =>
    [
        new("worked by hand", "Half shared: 1/3. Side by side at a distance: GIoU -1/2, DIoU -9/26. Twice as wide: CIoU as the paper has it.", (op, _) =>
        {
            var square = tensor([0.0, 0, 2, 2]).reshape(1, 4);
            var v = 4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(2) - Math.Atan(1), 2);
            return Is(square, [1, 0, 3, 2], BoxSimilarity.IoU, 1.0 / 3)
                .Then(() => Is(square, [1, 0, 3, 2], BoxSimilarity.Generalized, 1.0 / 3))        // the box around both is their union
                .Then(() => Is(square, [6, 0, 8, 2], BoxSimilarity.IoU, 0))
                .Then(() => Is(square, [6, 0, 8, 2], BoxSimilarity.Generalized, -0.5))           // a gap of 8 in 16
                .Then(() => Is(square, [3, 0, 5, 1], BoxSimilarity.Distance, -(9 + 0.25) / (25 + 4)))
                .Then(() => Is(square, [1, 1, 3, 3], BoxSimilarity.Distance, 1.0 / 7 - 2.0 / 18))
                .Then(() => Is(square, [-1, 0, 3, 2], BoxSimilarity.Complete, 0.5 - v * v / (0.5 + v)));

            Verdict Is(Tensor a, double[] b, BoxSimilarity kind, double expected) => Comparison.Same(
                $"{kind} of [0, 0, 2, 2] and [{string.Join(", ", b)}]",
                similar(op, a, tensor(b).reshape(1, 4), kind), full([1], expected, dtype: ScalarType.Float64), close);
        })
        { Cases = 1 },
        new("moving and stretching both changes nothing", "Boxes moved by one vector and stretched by one factor are as alike as before.", (op, c) =>
        {
            var (a, b) = Pairs(c);
            return Comparison.Same("similarity", similar(op, 4 * a + 8, 4 * b + 8, c.Similarity), similar(op, a, b, c.Similarity), close);
        })
        { Cases = 30 },
        new("neither box comes first", "The similarity of A and B is that of B and A.", (op, c) =>
        {
            var (a, b) = Pairs(c);
            return Comparison.Same("similarity", similar(op, a, b, c.Similarity), similar(op, b, a, c.Similarity), close);
        })
        { Cases = 30 },
        new("each is the IoU less something", "IoU is in [0, 1], GIoU and DIoU in [-1, IoU], CIoU no more than DIoU.", (op, c) =>
        {
            var (a, b) = Pairs(c);
            var iou = similar(op, a, b, BoxSimilarity.IoU);
            var (giou, diou, ciou) = (similar(op, a, b, BoxSimilarity.Generalized), similar(op, a, b, BoxSimilarity.Distance), similar(op, a, b, BoxSimilarity.Complete));
            var right = (iou >= 0).logical_and(iou <= 1).logical_and(giou <= iou + 1e-12).logical_and(giou >= -1)
                .logical_and(diou <= iou + 1e-12).logical_and(diou >= -1).logical_and(ciou <= diou + 1e-12);
            return Verdict.Require(c.Degenerate || right.all().ToBoolean(), "A similarity is outside its bounds.");
        })
        { Cases = 30 },
        new("a box is like itself", "A box with an area has similarity 1 with itself, by every measure; a point has IoU 0, even with itself.", (op, c) =>
        {
            var boxes = c.Draw()[0].Value;
            var filled = (boxes.narrow(-1, 2, 2) - boxes.narrow(-1, 0, 2)).gt(0).all(-1).to(ScalarType.Float64);
            var point = boxes.narrow(-1, 0, 2).repeat(1, 1, 2);
            return Comparison.Same("similarity", similar(op, boxes, boxes, c.Similarity) * filled, filled, close)
                .Then(() => Comparison.Same("IoU of points", similar(op, point, point, BoxSimilarity.IoU), zeros_like(filled), close));
        })
        { Cases = 30 },
        new("boxes without an area have finite gradients", "Lines and points, equal or apart, give numbers, and slopes that are numbers.", (op, c) =>
        {
            var boxes = c.Draw()[0].Value;
            var point = boxes.narrow(-1, 0, 2).repeat(1, 1, 2);
            var line = cat([point.narrow(-1, 0, 3), point.narrow(-1, 3, 1) + 1], -1);
            return Finite(point, point).Then(() => Finite(line, line)).Then(() => Finite(line, point)).Then(() => Finite(point, boxes))
                .Then(() => Finite(line, boxes)).Then(() => Finite(boxes, line));

            Verdict Finite(Tensor a, Tensor b)
            {
                var (first, second) = (a.clone().requires_grad_(), b.clone().requires_grad_());
                var value = similar(op, first, second, c.Similarity);
                value.sum().backward();
                return Verdict.Require(
                    value.isfinite().all().ToBoolean() && first.grad!.isfinite().all().ToBoolean() && second.grad!.isfinite().all().ToBoolean(),
                    $"{c.Similarity} of boxes without an area has a value or slope that is no number.");
            }
        })
        { Cases = 20 },
        new("boxes apart are pulled together", "Where boxes do not meet the IoU has no slope; every other similarity rises as one moves towards the other.", (op, _) =>
        {
            var verdict = Verdict.Holds;
            foreach (var kind in Enum.GetValues<BoxSimilarity>())
            {
                var left = tensor([0.0, 0, 1, 2]).reshape(1, 4).requires_grad_();
                similar(op, left, tensor([5.0, 0.5, 7, 1.5]).reshape(1, 4), kind).sum().backward();
                var slope = left.grad![0, 0].ToDouble() + left.grad[0, 2].ToDouble();
                verdict = verdict.Then(() => Verdict.Require(
                    kind == BoxSimilarity.IoU ? slope == 0 : slope > 0, $"The slope of {kind} to the right, where the other box is, is {slope}."));
            }
            return verdict;
        })
        { Cases = 1 },
        new("sixteen bits hold a picture", "Boxes of 400 pixels in float16, whose areas it cannot hold, are as alike as in float64, to its digits.", (op, _) =>
        {
            var (whole, half) = (tensor([0.0, 0, 400, 400]).reshape(1, 4), tensor([200.0, 0, 600, 400]).reshape(1, 4));
            return Enum.GetValues<BoxSimilarity>().Aggregate(Verdict.Holds, (verdict, kind) => verdict.Then(() => Comparison.Same(
                $"{kind}", similar(op, whole.to(ScalarType.Float16), half.to(ScalarType.Float16), kind), similar(op, whole, half, kind), new Tolerance(1e-3, 1e-3))));
        })
        { Cases = 1 },
        new("by centres and sides it is the same", "With half the sum of the widths less the distance of the centres for what is shared, value and gradient are the same.", (op, c) =>
        {
            if (c.Degenerate || c.Similarity is not (BoxSimilarity.IoU or BoxSimilarity.Generalized))
                return Verdict.DoesNotApply;
            var (a, b) = Pairs(c);
            return Comparison.Same("similarity", similar(op, a, b, c.Similarity), ByCentres(a, b, c.Similarity), close).Then(() =>
                Comparison.Same("gradient", Slope(a, x => similar(op, x, b, c.Similarity)), Slope(a, x => ByCentres(x, b, c.Similarity)), close));
        })
        { Cases = 40 },
    ];

    private static (Tensor A, Tensor B) Pairs(BoxPairsCase c)
    {
        var drawn = c.Draw();
        return (drawn[0].Value, drawn[1].Value);
    }

    private static Tensor Slope(Tensor at, Func<Tensor, Tensor> f)
    {
        var leaf = at.clone().requires_grad_();
        f(leaf).sum().backward();
        return leaf.grad!;
    }

    private static Tensor ByCentres(Tensor a, Tensor b, BoxSimilarity kind)
    {
        var (sa, sb) = (a.narrow(-1, 2, 2) - a.narrow(-1, 0, 2), b.narrow(-1, 2, 2) - b.narrow(-1, 0, 2));
        var apart = ((a.narrow(-1, 0, 2) + a.narrow(-1, 2, 2) - b.narrow(-1, 0, 2) - b.narrow(-1, 2, 2)) / 2).abs();
        var shared = minimum(minimum(sa, sb), (sa + sb) / 2 - apart).clamp(min: 0);
        var around = maximum(maximum(sa, sb), (sa + sb) / 2 + apart);
        var common = shared.prod(-1);
        var union = sa.prod(-1) + sb.prod(-1) - common;
        return kind == BoxSimilarity.IoU ? common / union : common / union - 1 + union / around.prod(-1);
    }
}
