using Lab.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>Points on a permutohedral lattice: which corners each gives to, and which corners are neighbours.</summary>
/// <param name="Corners">The D + 1 corners of each point's simplex by number, <c>[B·N, D + 1]</c>, int64.</param>
/// <param name="Weights">The point's barycentric weights, <c>[B·N, D + 1]</c>, float64; they sum to 1.</param>
/// <param name="Neighbours">The corners before and after each along each axis, <c>[D + 1, 2, M + 1]</c>, int64. Number M is that of no corner.</param>
internal sealed record Lattice(Tensor Corners, Tensor Weights, Tensor Neighbours)
{
    /// <summary>Corners with less weight do not count: whether a rounding makes one or not must make no difference.</summary>
    public const double LeastWeight = 1e-9;

    /// <summary>Lays points <c>[B, D, ...]</c> onto the lattice; none of what it makes but the three tensors stays.</summary>
    public static Lattice Of(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var points = features.detach().flatten(2).to(ScalarType.Float64).transpose(1, 2).contiguous();       // [B, N, D]
        var lattice = points.numel() > 0 && points.device_type == DeviceType.CPU && Forms.Asked != Form.Readable
            ? LatticeTables.Of(points)
            : InTensors(points);
        return new(
            lattice.Corners.MoveToOuterDisposeScope(), lattice.Weights.MoveToOuterDisposeScope(), lattice.Neighbours.MoveToOuterDisposeScope());
    }

    /// <summary>Splat, blur forth and back, slice: values <c>[B, C, ...]</c>.</summary>
    public Tensor Filter(Tensor values)
    {
        using var scope = NewDisposeScope();
        var flat = values.flatten(2);                                           // [B, C, N]
        var weights = Weights.to(values.dtype);
        var result = LatticeKernel.Takes(values)
            ? LatticeKernel.Of(flat, Corners, weights, Neighbours)
            : InTensors(flat, Corners, weights, Neighbours);
        return result.reshape(values.shape).MoveToOuterDisposeScope();
    }

    /// <summary>The factor that gives the kernel the integral of the Gaussian.</summary>
    public static double Factor(int dimensions) =>
        Math.Pow(2 * Math.PI * BlurredVariance, dimensions / 2.0) * Math.Sqrt(dimensions + 1);

    /// <summary>What splat and slice (1/12 each) and two blurs (½ each) add up to, in units of (D + 1)².</summary>
    private const double BlurredVariance = 1.0 / 6 + 1;

    /// <summary>How D features are laid onto the plane: <c>[D, D + 1]</c>, orthogonal rows that sum to 0, of the length that makes the kernel's variance 1.</summary>
    public static double[,] Embedding(int dimensions)
    {
        var rows = new double[dimensions, dimensions + 1];
        for (var d = 0; d < dimensions; d++)
        {
            var unit = (dimensions + 1) * Math.Sqrt(BlurredVariance / ((d + 1.0) * (d + 2)));
            for (var i = 0; i <= d; i++)
                rows[d, i] = unit;
            rows[d, d + 1] = -(d + 1) * unit;
        }
        return rows;
    }

    /// <summary>The filter in tensor operations.</summary>
    public static Tensor InTensors(Tensor values, Tensor corners, Tensor weights, Tensor neighbours)
    {
        using var scope = NewDisposeScope();
        var (b, c, n, axes) = (values.size(0), values.size(1), values.size(2), (int)neighbours.size(0));
        var given = weights.unsqueeze(2) * values.transpose(1, 2).reshape(b * n, 1, c);                      // [B·N, D + 1, C]
        var table = zeros([neighbours.size(2), c], values.dtype, values.device)
            .index_add(0, corners.flatten(), given.flatten(0, 1), 1);
        foreach (var axis in ForthAndBack(axes))
        {
            var (before, after) = (table.index_select(0, neighbours[axis][0]), table.index_select(0, neighbours[axis][1]));
            table = 0.5 * table + 0.25 * (before + after);
        }
        var read = table.index_select(0, corners.flatten()).reshape(b * n, axes, c);
        var sums = Factor(axes - 1) * (weights.unsqueeze(2) * read).sum(1);                                  // [B·N, C]
        return sums.reshape(b, n, c).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>0, 1, ..., D, D, ..., 1, 0: a palindrome of symmetric maps is a symmetric map.</summary>
    public static IEnumerable<int> ForthAndBack(int axes) =>
        Enumerable.Range(0, axes).Concat(Enumerable.Range(0, axes).Reverse());

    /// <summary>The lattice in tensor operations, from points <c>[B, N, D]</c>.</summary>
    private static Lattice InTensors(Tensor points)
    {
        var (batch, count, dimensions) = (points.size(0), points.size(1), (int)points.size(2));
        var axes = dimensions + 1;
        var lifted = points.matmul(tensor(Embedding(dimensions), device: points.device)) / axes;             // in steps of the lattice
        var nearest = lifted.round();
        var rest = lifted - nearest;
        var (mine, other) = (rest.unsqueeze(3), rest.unsqueeze(2));
        var earlier = ones(axes, axes, dtype: ScalarType.Bool, device: points.device).tril(-1);              // ties by their number
        var rank = (other > mine).logical_or((other == mine).logical_and(earlier)).sum(3);
        var excess = nearest.sum(2, keepdim: true).to(ScalarType.Int64);                                     // 0 where the corner is on the plane
        rank = rank + excess;
        var (under, over) = ((rank < 0).to(ScalarType.Int64), (rank > dimensions).to(ScalarType.Int64));
        rank = rank + axes * (under - over);
        nearest = nearest + under - over;
        rest = lifted - nearest;

        // The weight of corner k is the difference of two neighbours in the order of the remainders; that of corner 0 is what is left.
        var sorted = zeros_like(rest).scatter(2, dimensions - rank, rest);                                   // the least remainder first
        var weights = cat([1 + sorted.narrow(2, 0, 1) - sorted.narrow(2, dimensions, 1), sorted.diff(dim: 2)], 2);
        var k = arange(axes, device: points.device).reshape(axes, 1);
        var key = (axes * nearest).to(ScalarType.Int64).unsqueeze(2)
            + where(rank.unsqueeze(2) <= dimensions - k, k, k - axes);                                       // [B, N, D + 1 corners, D + 1 coordinates]
        var image = arange(batch, device: points.device).reshape(-1, 1, 1, 1).expand(batch, count, axes, 1);
        var kept = weights >= LeastWeight;
        var ofCorner = cat([image, key.narrow(3, 0, dimensions)], 3).reshape(-1, axes);                      // the last coordinate follows
        var greatest = weights.argmax(2, keepdim: true) + axes * arange(batch * count, device: points.device).reshape(batch, count, 1);
        var place = where(kept, arange(batch * count * axes, device: points.device).reshape(batch, count, axes), greatest).flatten();
        ofCorner = ofCorner.index_select(0, place);                                                          // a corner without weight is another one

        var corners = Numbered(ofCorner);
        var total = corners.numel() == 0 ? 0 : corners.max().ToInt64() + 1;
        var first = zeros([total], ScalarType.Int64, points.device).scatter(0, corners, arange(corners.numel(), device: points.device));
        return new(
            corners.reshape(batch * count, axes), where(kept, weights, zeros_like(weights)).reshape(batch * count, axes),
            NeighboursOf(ofCorner.index_select(0, first)));
    }

    /// <summary>Corner v has the neighbours <c>v ± (1, ..., 1) ∓ (D + 1)·e_j</c> along axis j.</summary>
    /// <param name="keys">Image and the first D coordinates of each corner, <c>[M, 1 + D]</c>.</param>
    private static Tensor NeighboursOf(Tensor keys)
    {
        var (total, axes) = (keys.size(0), (int)keys.size(1));
        var step = ones([axes, axes], ScalarType.Int64, keys.device) - axes * eye(axes, dtype: ScalarType.Int64, device: keys.device);
        step = cat([zeros([axes, 1], ScalarType.Int64, keys.device), step.narrow(1, 0, axes - 1)], 1).unsqueeze(1);   // the image stays
        var around = cat([keys.unsqueeze(0) + step, keys.unsqueeze(0) - step], 0).flatten(0, 1);
        var names = Numbered(cat([keys, around], 0));
        var numbers = full([names.numel()], total, ScalarType.Int64, keys.device)
            .scatter(0, names.narrow(0, 0, total), arange(total, device: keys.device));
        var found = numbers.index_select(0, names.narrow(0, total, around.size(0))).reshape(2, axes, total);
        return cat([found, full([2, axes, 1], total, ScalarType.Int64, keys.device)], 2).transpose(0, 1).contiguous();
    }

    /// <summary>A number for each row of whole numbers, the same for equal rows.</summary>
    private static Tensor Numbered(Tensor rows)
    {
        var names = zeros([rows.size(0)], ScalarType.Int64, rows.device);
        if (rows.size(0) == 0)
            return names;
        for (var column = 0L; column < rows.size(1); column++)
        {
            var entries = rows.select(1, column) - rows.select(1, column).min();
            (_, var inverse, _) = (names * (entries.max() + 1) + entries).unique(sorted: true, return_inverse: true);
            names = inverse!;
        }
        return names;
    }
}
