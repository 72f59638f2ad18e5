using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// Focal loss without α over memory: a function of the margin <c>m = z[y] - logsumexp(z[k], k ≠ y)</c>, whose gradient is 1 at
/// y and less the softmax of the others at the others.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class FocalKernel(double gamma, long ignoreIndex) : Kernel
{
    public static Tensor Of(Tensor logits, Tensor targets, double gamma, long ignoreIndex) =>
        KernelFunction.Run(new FocalKernel(gamma, ignoreIndex), logits, targets);

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var targets = constants[0];
        var losses = empty(targets.shape, dtype: logits.dtype);
        var state = save ? empty([3, .. targets.shape], dtype: logits.dtype) : null; // shift, sum and slope of the loss in m
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, targets, losses, state);
        else
            Forward<double>(logits, targets, losses, state);
        return (losses, state is null ? [] : [logits, state, targets]);
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
        Replay(z => Loss.Focal(z, saved[2], gamma, null, ignoreIndex), saved[0], upstream);

    private void Forward<T>(Tensor logits, Tensor targets, Tensor losses, Tensor? state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Size = ClassGrid.MostPlaces;
        var grid = ClassGrid.Of(logits, 1);
        var truth = new ClassTargets(targets, ignoreIndex);
        T* z = ClassGrid.Pointer<T>(logits), loss = ClassGrid.Pointer<T>(losses);
        T* kept = state is null ? null : ClassGrid.Pointer<T>(state);
        grid.ForEachTile(tile =>
        {
            T* scratch = stackalloc T[5 * Size];
            T* margin = scratch + 2 * Size, value = margin + Size, slope = value + Size, first = z + tile.Entry;
            T* shift = kept == null ? scratch : kept + tile.Place, sum = kept == null ? scratch + Size : shift + grid.Places;
            truth.Numbers(tile, value);
            Partition.Of(first, grid, tile.Count, shift, sum, without: value);
            Lanes.Log(sum, margin, tile.Count);
            for (var i = 0; i < tile.Count; i++)
            {
                var own = truth.Ignores(tile.Place + i) ? T.Zero : first[truth.Entry(grid, tile, i)];
                var greatest = T.Max(own, shift[i]);
                margin[i] = own - greatest - (margin[i] + (shift[i] - greatest));
            }
            FocalCurve.Of(margin, T.CreateTruncating(gamma), tile.Count, value, slope);
            for (var i = 0; i < tile.Count; i++)
                loss[tile.Place + i] = truth.Ignores(tile.Place + i) ? T.Zero : value[i];
            if (kept != null)
                new Span<T>(slope, tile.Count).CopyTo(new(shift + 2 * grid.Places, tile.Count));
        });
        KeepAlive([logits, targets, losses]);
        GC.KeepAlive(state);
    }

    private void Backward<T>(Tensor upstream, Tensor[] saved, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(saved[0], 1);
        var truth = new ClassTargets(saved[2], ignoreIndex);
        T* g = ClassGrid.Pointer<T>(upstream), z = ClassGrid.Pointer<T>(saved[0]), d = ClassGrid.Pointer<T>(gradient);
        T* state = ClassGrid.Pointer<T>(saved[1]);
        grid.ForEachTile(tile =>
        {
            T* push = stackalloc T[3 * ClassGrid.MostPlaces];
            T* factor = push + ClassGrid.MostPlaces, kept = factor + ClassGrid.MostPlaces, first = d + tile.Entry;
            T* shift = state + tile.Place, sum = shift + grid.Places, slope = sum + grid.Places;
            truth.Kept(tile, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                push[i] = g[tile.Place + i] * slope[i];
                factor[i] = T.IsZero(sum[i]) ? push[i] * T.Zero : -push[i] / sum[i];          // no other class can be: 0, or NaN
            }
            Exponentials.Write(z + tile.Entry, first, grid, tile.Count, shift, factor, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                if (!truth.Ignores(tile.Place + i))
                    first[truth.Entry(grid, tile, i)] = push[i];
            }
        });
        KeepAlive([upstream, gradient, .. saved]);
    }
}
