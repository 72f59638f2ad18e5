using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// <c>Σ p·y</c>, <c>Σ p</c> and <c>Σ y</c> of each image and class over memory, with p the softmax of logits in columns: neither
/// probabilities nor one-hot targets are ever written.
/// </summary>
/// <remarks>
/// With the gradients a and b that come back for <c>Σ p·y</c> and <c>Σ p</c>, each pixel gets <c>p[k]·(b[k] - m)</c> at class k, where
/// <c>m = Σ p·b + p[y]·a[y]</c>; and <c>p[y]·a[y]</c> more at its own class.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class RegionCountsKernel(long ignoreIndex) : Kernel
{
    private readonly Lock gate = new();

    public static Tensor Of(Tensor logits, Tensor targets, long ignoreIndex) =>
        KernelFunction.Run(new RegionCountsKernel(ignoreIndex), logits, targets);

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var targets = constants[0];
        var partition = save ? empty([2, .. targets.shape], dtype: logits.dtype) : null;
        var counts = zeros([3, logits.size(0), logits.size(1)], dtype: ScalarType.Float64);
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, targets, counts, partition);
        else
            Forward<double>(logits, targets, counts, partition);
        return (counts.to(logits.dtype), partition is null ? [] : [logits, partition, targets]);
    }

    public override Tensor Backward(Tensor upstream, Tensor[] saved)
    {
        var gradient = empty(saved[0].shape, dtype: upstream.dtype);
        if (upstream.dtype == ScalarType.Float32)
            Backward<float>(upstream, saved, gradient);
        else
            Backward<double>(upstream, saved, gradient);
        return gradient;
    }

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) =>
        Replay(z => RegionCounts.OfClasses(z, saved[2], ignoreIndex), saved[0], upstream);

    private void Forward<T>(Tensor logits, Tensor targets, Tensor counts, Tensor? partition)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, 1);
        var truth = new ClassTargets(targets, ignoreIndex);
        var classes = (int)grid.Classes;
        T* z = ClassGrid.Pointer<T>(logits), saved = partition is null ? null : ClassGrid.Pointer<T>(partition);
        double* hits = ClassGrid.Pointer<double>(counts), predicted = hits + grid.Outer * classes, there = predicted + grid.Outer * classes;
        grid.ForEachTile(tile =>
        {
            T* scratch = stackalloc T[5 * ClassGrid.MostPlaces];
            T* own = scratch + 2 * ClassGrid.MostPlaces, share = own + ClassGrid.MostPlaces, kept = share + ClassGrid.MostPlaces;
            T* shift = saved == null ? scratch : saved + tile.Place, sum = saved == null ? scratch + ClassGrid.MostPlaces : shift + grid.Places;
            T* first = z + tile.Entry;
            Partition.Of(first, grid, tile.Count, shift, sum);
            truth.Kept(tile, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                share[i] = T.One / sum[i];
                own[i] = truth.Ignores(tile.Place + i) ? T.Zero : first[truth.Entry(grid, tile, i)];
            }
            var sums = new double[3 * classes];
            for (var k = 0; k < classes; k++)
                sums[classes + k] = double.CreateTruncating(Mass(first + k * grid.Inner, shift, share, kept, tile.Count));
            Softmax(own, own, shift, share, kept, tile.Count);
            for (var i = 0; i < tile.Count; i++)
            {
                if (truth.Ignores(tile.Place + i))
                    continue;
                var y = truth[tile.Place + i];
                sums[y] += double.CreateTruncating(own[i]);
                sums[2 * classes + y]++;
            }
            var image = tile.Place / grid.Inner * classes;
            lock (gate)
            {
                for (var k = 0; k < classes; k++)
                {
                    hits[image + k] += sums[k];
                    predicted[image + k] += sums[classes + k];
                    there[image + k] += sums[2 * classes + k];
                }
            }
        });
        KeepAlive([logits, targets, counts]);
        GC.KeepAlive(partition);
    }

    private void Backward<T>(Tensor upstream, Tensor[] saved, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(saved[0], 1);
        var truth = new ClassTargets(saved[2], ignoreIndex);
        T* z = ClassGrid.Pointer<T>(saved[0]), d = ClassGrid.Pointer<T>(gradient);
        T* partition = ClassGrid.Pointer<T>(saved[1]), up = ClassGrid.Pointer<T>(upstream);
        grid.ForEachTile(tile =>
        {
            T* share = stackalloc T[4 * ClassGrid.MostPlaces];
            T* kept = share + ClassGrid.MostPlaces, mean = kept + ClassGrid.MostPlaces, own = mean + ClassGrid.MostPlaces;
            T* shift = partition + tile.Place, sum = shift + grid.Places, first = d + tile.Entry;
            T* ofHits = up + tile.Place / grid.Inner * grid.Classes, ofMass = ofHits + grid.Outer * grid.Classes;
            truth.Kept(tile, kept);
            for (var i = 0; i < tile.Count; i++)
                share[i] = T.One / sum[i];
            Exponentials.Write(z + tile.Entry, first, grid, tile.Count, shift, share, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                var place = tile.Place + i;
                mean[i] = own[i] = truth.Ignores(place) ? T.Zero : first[truth.Entry(grid, tile, i)] * ofHits[truth[place]];
            }
            for (var k = 0L; k < grid.Classes; k++)
                AddProduct(first + k * grid.Inner, ofMass[k], mean, tile.Count);
            for (var k = 0L; k < grid.Classes; k++)
                Centre(first + k * grid.Inner, ofMass[k], mean, kept, tile.Count);
            for (var i = 0; i < tile.Count; i++)
            {
                if (!truth.Ignores(tile.Place + i))
                    first[truth.Entry(grid, tile, i)] += own[i];
            }
        });
        KeepAlive([upstream, gradient, .. saved]);
    }

    /// <summary>Σ of the probabilities of one class.</summary>
    private static T Mass<T>(T* z, T* shift, T* share, T* kept, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, lanes) = (0, Vector<T>.Zero);
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            lanes += Vector.Load(share + i) * Lanes.Exp(Vector.Load(z + i) - Vector.Load(shift + i)) & Vector.Load(kept + i);
        var mass = Vector.Sum(lanes);
        for (; i < count; i++)
            mass += T.IsZero(kept[i]) ? T.Zero : share[i] * T.Exp(z[i] - shift[i]);
        return mass;
    }

    /// <summary>Writes probabilities of one logit per place.</summary>
    private static void Softmax<T>(T* z, T* p, T* shift, T* share, T* kept, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(share + i) * Lanes.Exp(Vector.Load(z + i) - Vector.Load(shift + i)) & Vector.Load(kept + i)).Store(p + i);
        for (; i < count; i++)
            p[i] = T.IsZero(kept[i]) ? T.Zero : share[i] * T.Exp(z[i] - shift[i]);
    }

    private static void AddProduct<T>(T* p, T factor, T* sum, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, factors) = (0, Vector.Create(factor));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(sum + i) + factors * Vector.Load(p + i)).Store(sum + i);
        for (; i < count; i++)
            sum[i] += factor * p[i];
    }

    /// <summary>From p to <c>p·(b - m)</c>.</summary>
    private static void Centre<T>(T* p, T b, T* m, T* kept, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, factors) = (0, Vector.Create(b));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(p + i) * (factors - Vector.Load(m + i)) & Vector.Load(kept + i)).Store(p + i);
        for (; i < count; i++)
            p[i] = T.IsZero(kept[i]) ? T.Zero : p[i] * (b - m[i]);
    }
}
