using Lab.Specs.Dense;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Bench;

/// <summary>The rows of label maps: losses of regions, and distances.</summary>
internal static class MapWorks
{
    public static IEnumerable<Work> All(bool quick)
    {
        var (size, b, k, sides) = quick ? ("2 x 5 x 16 x 16", 2, 5, 16) : ("4 x 21 x 256 x 256", 4, 21, 256);
        var map = new RegionCase { B = b, K = k, Extra = new([sides, sides]), Seed = 1, Scale = 3 };
        yield return Work.Of(new DiceSpec(), size, map, x => Dice(x[0], x[1]), "softmax, one_hot and sums");
        yield return Work.Of(new LovaszSoftmaxSpec(), size, map, x => LovaszSoftmax(x[0], x[1]), "softmax and one sort a class");
        var (side, share) = quick ? (24, 0.1) : (512, 0.01);
        yield return Work.Of(
            new EuclideanSpec(), $"{side} x {side}", new MaskCase { Maps = new([]), H = side, W = side, Share = share, InFloat32 = true, Seed = 1 },
            x => Distances(x[0]), "every row against all its parabolas");
    }

    /// <summary>What peer.py does, in C#.</summary>
    private static Tensor Dice(Tensor logits, Tensor targets)
    {
        var (p, y) = (logits.softmax(1), F.one_hot(targets, logits.size(1)).movedim([-1], [1]).to(logits.dtype));
        var (hits, predicted, there) = ((p * y).flatten(2).sum(2), p.flatten(2).sum(2), y.flatten(2).sum(2));
        var (losses, present) = (1 - 2 * hits / (predicted + there), there > 0);
        return (losses * present).sum(1) / present.sum(1);
    }

    private static Tensor LovaszSoftmax(Tensor logits, Tensor targets)
    {
        var p = logits.softmax(1);
        var losses = new List<Tensor>();
        for (var b = 0; b < logits.size(0); b++)
        {
            var ofClasses = new List<Tensor>();
            for (var k = 0; k < logits.size(1); k++)
            {
                var region = (targets[b].reshape(-1) == k).to(logits.dtype);
                if (!region.any().ToBoolean())
                    continue;
                var (errors, order) = (region - p[b][k].reshape(-1)).abs().sort(0, descending: true);
                region = region.index_select(0, order);
                var intersection = region.sum() - region.cumsum(0);
                var union = region.sum() + (1 - region).cumsum(0);
                var jaccard = 1 - intersection / union;
                var steps = cat([jaccard.narrow(0, 0, 1), jaccard.narrow(0, 1, jaccard.size(0) - 1) - jaccard.narrow(0, 0, jaccard.size(0) - 1)]);
                ofClasses.Add((errors * steps).sum());
            }
            losses.Add(stack([.. ofClasses]).mean());
        }
        return stack([.. losses]);
    }

    private static Tensor Distances(Tensor mask)
    {
        var squares = 1 / mask.to(ScalarType.Float32) - 1;                // 0 on the region, ∞ elsewhere
        for (var pass = 0; pass < 2; pass++)
        {
            var places = arange(squares.size(0), dtype: ScalarType.Float32);
            var parabolas = (places.unsqueeze(1) - places).square();
            squares = stack([.. Enumerable.Range(0, (int)squares.size(1)).Select(x => (parabolas + squares.select(1, x)).amin([1]))]);
        }
        return squares.sqrt();
    }
}
