using Lab.Core.Kernels;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>The row of refinement: a dense CRF over one picture, five iterations, forward only.</summary>
internal static class RefineWorks
{
    public static Work DenseCrf(bool quick)
    {
        var (labels, height, width) = quick ? (5, 24, 32) : (21, 240, 320);
        return Work.Of(
            "DenseCrf", $"1 x {labels} x {height} x {width}", seed: 1, () => Drawn(labels, height, width),
            [("kernel", x => In(Form.Kernel, x)), ("readable", x => In(Form.Readable, x))],
            x => ByTensors(x[0], x[1]), "a lattice of sorted keys, in tensor operations", rounds: 5);
    }

    /// <summary>A picture of soft waves with some noise, as much as a camera's, and logits without any order.</summary>
    private static IReadOnlyList<Argument> Drawn(int labels, int height, int width)
    {
        using var generator = new Generator(1, CPU);
        var (y, x) = (arange(height, dtype: ScalarType.Float64).unsqueeze(1), arange(width, dtype: ScalarType.Float64));
        var waves = stack([(x / 40).sin() + 0 * y, (y / 30).sin() + 0 * x, ((x + y) / 50).cos()]);
        var image = 0.5 + 0.4 * waves + 0.03 * randn([3, height, width], ScalarType.Float64, generator: generator);
        return [new("logits", randn([1, labels, height, width], ScalarType.Float64, generator: generator)), new("image", image.unsqueeze(0))];
    }

    private static Tensor In(Form form, Tensor[] x)
    {
        using var only = Forms.Only(form);
        return Core.Dense.DenseCrf.Refined(x[0], x[1]);
    }

    /// <summary>What peer.py does, in C#.</summary>
    private static Tensor ByTensors(Tensor logits, Tensor image)
    {
        var (height, width) = (logits.size(2), logits.size(3));
        var (y, x) = (arange(height, dtype: ScalarType.Float32), arange(width, dtype: ScalarType.Float32));
        var (down, across) = (Blur(y), Blur(x));
        var places = stack([y.unsqueeze(1).expand(height, width), x.expand(height, width)]) / 60;
        var (corners, weights, neighbours) = Lattice(cat([places, image[0] / 0.08]).flatten(1).t());
        var (axes, empty) = ((int)weights.size(1), neighbours[0].Before.size(0));
        var scale = Math.Pow(2 * Math.PI * 7 / 6, (axes - 1) / 2.0) * Math.Sqrt(axes);

        (double Weight, Func<Tensor, Tensor> Kernel)[] kernels = [(3, q => down.matmul(q).matmul(across)), (5, Alike)];
        var totals = kernels.Select(kernel => kernel.Kernel(ones(1, height, width))).ToArray();
        var distributions = logits[0].softmax(0);
        for (var iteration = 0; iteration < 5; iteration++)
        {
            var refined = logits[0];
            for (var m = 0; m < 2; m++)
            {
                var root = totals[m].rsqrt();
                var message = root * kernels[m].Kernel(root * distributions) - totals[m].clamp(max: 1) / totals[m] * distributions;
                refined = refined - kernels[m].Weight * (message.sum([0]) - message);
            }
            distributions = refined.softmax(0);
        }
        return distributions.unsqueeze(0);

        Tensor Alike(Tensor q)
        {
            var rows = q.flatten(1).t();
            var table = zeros(empty + 1, rows.size(1)).index_add(0, corners, (weights.unsqueeze(2) * rows.unsqueeze(1)).flatten(0, 1), 1);
            foreach (var (before, after) in neighbours.Concat(neighbours.AsEnumerable().Reverse()))
            {
                var blurred = 0.5 * table.narrow(0, 0, empty) + 0.25 * (table.index_select(0, before) + table.index_select(0, after));
                table = cat([blurred, zeros(1, rows.size(1))]);
            }
            var read = table.index_select(0, corners).reshape(-1, axes, rows.size(1));
            return scale * (weights.unsqueeze(2) * read).sum(1).t().reshape(q.shape);
        }

        static Tensor Blur(Tensor p) => (-0.5 * ((p.unsqueeze(1) - p) / 3).square()).exp();
    }

    private static (Tensor Corners, Tensor Weights, List<(Tensor Before, Tensor After)> Neighbours) Lattice(Tensor features)
    {
        var dims = (int)features.size(1);
        var axes = dims + 1;
        var rows = new double[dims, axes];
        for (var d = 0; d < dims; d++)
        {
            var length = axes * Math.Sqrt(7.0 / 6 / ((d + 1) * (d + 2)));
            for (var i = 0; i <= d; i++)
                rows[d, i] = length;
            rows[d, d + 1] = -(d + 1) * length;
        }
        var lifted = features.to(ScalarType.Float64).matmul(tensor(rows)) / axes;
        var nearest = lifted.round();
        var rank = (lifted - nearest).argsort(1, descending: true).argsort(1) + nearest.sum(1, keepdim: true).to(ScalarType.Int64);
        var turn = (rank < 0).to(ScalarType.Int64) - (rank > dims).to(ScalarType.Int64);
        (rank, nearest) = (rank + axes * turn, nearest + turn);
        var rest = zeros_like(lifted).scatter(1, dims - rank, lifted - nearest);
        var weights = cat([1 + rest.narrow(1, 0, 1) - rest.narrow(1, dims, 1), rest.diff(dim: 1)], 1);
        var k = arange(axes).unsqueeze(1);
        var keys = (axes * nearest).to(ScalarType.Int64).unsqueeze(1) + where(rank.unsqueeze(1) <= dims - k, k, k - axes);
        var kept = weights >= 1e-9;
        var best = weights.argmax(1, keepdim: true).unsqueeze(2).expand(-1, 1, axes);
        keys = where(kept.unsqueeze(2), keys, keys.gather(1, best)).narrow(2, 0, dims).reshape(-1, dims);
        var (least, most) = (keys.amin([0]) - axes, keys.amax([0]) + axes);
        var radix = cat([ones(1, ScalarType.Int64), (most - least + 1).narrow(0, 0, dims - 1).cumprod(0)]);
        var (names, corners, _) = ((keys - least) * radix).sum(1).unique(sorted: true, return_inverse: true);
        var steps = ((ones(axes, axes, ScalarType.Int64) - axes * eye(axes, dtype: ScalarType.Int64)).narrow(1, 0, dims) * radix).sum(1);
        var neighbours = Enumerable.Range(0, axes).Select(axis => (Found(names + steps[axis]), Found(names - steps[axis]))).ToList();
        return (corners!, (weights * kept).to(features.dtype), neighbours);

        Tensor Found(Tensor wanted)
        {
            var place = searchsorted(names, wanted).clamp(max: names.size(0) - 1);
            return where(names.index_select(0, place) == wanted, place, names.size(0));
        }
    }
}
