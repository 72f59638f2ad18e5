using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// Lovász-softmax of each image (or the batch) and class over memory: the errors of one class are sorted at a time, and the slopes
/// in the probabilities are written down on the way.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class LovaszKernel(long ignoreIndex, RegionScope scope) : Kernel
{
    /// <summary>Whether it can run: for classes in columns, and pixels that a sort can number.</summary>
    public static bool Takes(Tensor logits) =>
        Forms.KernelTakes(logits, dim: 1) && logits.size(2) > 1 && logits.size(0) * logits.size(2) < ErrorSort.MostPixels;

    /// <summary>Losses <c>[B, K]</c> or <c>[1, K]</c>, of logits <c>[B, K, N]</c> and targets <c>[B, N]</c>.</summary>
    public static Tensor Of(Tensor logits, Tensor targets, long ignoreIndex, RegionScope scope) =>
        KernelFunction.Run(new LovaszKernel(ignoreIndex, scope), logits, targets);

    private readonly Lock gate = new();

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var targets = constants[0];
        var p = empty(logits.shape, dtype: logits.dtype);
        var slopes = save ? empty(logits.shape, dtype: logits.dtype) : null;
        var losses = empty([scope == RegionScope.Batch ? 1 : logits.size(0), logits.size(1)], dtype: logits.dtype);
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, targets, p, slopes, losses);
        else
            Forward<double>(logits, targets, p, slopes, losses);
        return (losses, slopes is null ? [] : [logits, targets, p, slopes]);
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
        Replay(z => Loss.OfEachClass(z, saved[1], ignoreIndex, scope), saved[0], upstream);

    private void Forward<T>(Tensor logits, Tensor targets, Tensor probabilities, Tensor? slopes, Tensor losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, 1);
        var truth = new ClassTargets(targets, ignoreIndex);
        T* z = ClassGrid.Pointer<T>(logits), p = ClassGrid.Pointer<T>(probabilities), loss = ClassGrid.Pointer<T>(losses);
        T* slope = slopes is null ? null : ClassGrid.Pointer<T>(slopes);
        var images = scope == RegionScope.Batch ? grid.Outer : 1;         // taken together
        using var labels = empty(targets.shape, dtype: ScalarType.Int32);
        int* label = ClassGrid.Pointer<int>(labels);
        var regions = new ErrorSort.Region[losses.numel()];
        Array.Fill(regions, ErrorSort.Region.Empty);
        grid.ForEachTile(tile =>
        {
            T* shift = stackalloc T[4 * ClassGrid.MostPlaces];
            T* sum = shift + ClassGrid.MostPlaces, share = sum + ClassGrid.MostPlaces, kept = share + ClassGrid.MostPlaces;
            Partition.Of(z + tile.Entry, grid, tile.Count, shift, sum);
            truth.Kept(tile, kept);
            for (var i = 0; i < tile.Count; i++)
                share[i] = T.One / sum[i];
            Exponentials.Write(z + tile.Entry, p + tile.Entry, grid, tile.Count, shift, share, kept);
            var found = new ErrorSort.Region[grid.Classes];
            Array.Fill(found, ErrorSort.Region.Empty);
            for (var i = 0; i < tile.Count; i++)
            {
                var ignored = truth.Ignores(tile.Place + i);
                var y = label[tile.Place + i] = ignored ? -1 : (int)truth[tile.Place + i];
                if (!ignored)
                    found[y] = found[y].With(T.One - p[tile.Entry + y * grid.Inner + i]);
            }
            var first = tile.Place / grid.Inner / images * grid.Classes;
            lock (gate)
            {
                for (var k = 0; k < found.Length; k++)
                    regions[first + k] = regions[first + k].With(found[k]);
            }
        });
        Each(losses.numel(), n =>
        {
            var (group, k) = Math.DivRem(n, grid.Classes);
            var first = (group * images * grid.Classes + k) * grid.Inner; // the class's first entry in the group's first image
            loss[n] = T.CreateTruncating(ErrorSort.Loss<T>(
                new(p + first, slope == null ? null : slope + first, label + group * images * grid.Inner, images, grid.Classes * grid.Inner, grid.Inner),
                regions[n], (int)k));
        });
        KeepAlive([logits, targets, probabilities, losses]);
        GC.KeepAlive(slopes);
    }

    /// <summary>With the slope s and what comes from above u, a pixel's gradient is <c>p·(u·s - Σ p·u·s)</c>.</summary>
    private void Backward<T>(Tensor upstream, Tensor[] saved, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(saved[0], 1);
        var batch = scope == RegionScope.Batch;
        T* up = ClassGrid.Pointer<T>(upstream), d = ClassGrid.Pointer<T>(gradient);
        T* p = ClassGrid.Pointer<T>(saved[2]), s = ClassGrid.Pointer<T>(saved[3]);
        grid.ForEachTile(tile =>
        {
            T* mean = stackalloc T[ClassGrid.MostPlaces];
            new Span<T>(mean, tile.Count).Clear();
            T* u = up + (batch ? 0 : tile.Place / grid.Inner * grid.Classes);
            for (var k = 0L; k < grid.Classes; k++)
            {
                var entry = tile.Entry + k * grid.Inner;
                Push(p + entry, s + entry, d + entry, u[k], mean, tile.Count);
            }
            for (var k = 0L; k < grid.Classes; k++)
            {
                var entry = tile.Entry + k * grid.Inner;
                Centre(p + entry, d + entry, mean, tile.Count);
            }
        });
        KeepAlive([upstream, gradient, .. saved]);
    }

    /// <summary>Writes p·u·s, and adds it to the places' sums.</summary>
    private static void Push<T>(T* p, T* s, T* d, T u, T* sums, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, us) = (0, Vector.Create(u));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            var push = us * Vector.Load(s + i) * Vector.Load(p + i);
            push.Store(d + i);
            (Vector.Load(sums + i) + push).Store(sums + i);
        }
        for (; i < count; i++)
            sums[i] += d[i] = u * s[i] * p[i];
    }

    private static void Centre<T>(T* p, T* d, T* sums, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(d + i) - Vector.Load(p + i) * Vector.Load(sums + i)).Store(d + i);
        for (; i < count; i++)
            d[i] -= p[i] * sums[i];
    }

    private static void Each(long count, Action<long> work)
    {
        if (get_num_threads() == 1 || count == 1)
        {
            for (var n = 0L; n < count; n++)
                work(n);
            return;
        }
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = get_num_threads() }, work);
    }
}
