using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// Cross-entropy against class indices over memory. No log-probabilities are ever written: the forward pass only reads the
/// logits, and the backward pass reads them once more and writes the gradient.
/// </summary>
/// <remarks>
/// With <c>a = (1 - ε)·w[y]</c> and <c>b = ε/K</c> the loss is <c>a·(log Z - z[y]) + b·Σ w[k]·(log Z - z[k])</c>, and the
/// gradient <c>(a + b·Σ w)·p - b·w</c>, less a at y.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class CrossEntropyKernel(long ignoreIndex, double smoothing) : Kernel
{
    public static Tensor Of(Tensor logits, Tensor targets, Tensor? weight, long ignoreIndex, double smoothing)
    {
        ClassShapes.RequireIndices(logits, targets, weight, ignoreIndex);
        return KernelFunction.Run(
            new CrossEntropyKernel(ignoreIndex, smoothing), logits, weight is null ? [targets] : [targets, weight]);
    }

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var targets = constants[0];
        var losses = empty(targets.shape, dtype: logits.dtype);
        var partition = save ? empty([2, .. targets.shape], dtype: logits.dtype) : null;
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, constants, losses, partition);
        else
            Forward<double>(logits, constants, losses, partition);
        return (losses, partition is null ? [] : [logits, partition, .. constants]);
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

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) => Replay(
        z => Loss.CrossEntropy(z, saved[2], saved.ElementAtOrDefault(3), ignoreIndex, smoothing), saved[0], upstream);

    private void Forward<T>(Tensor logits, Tensor[] constants, Tensor losses, Tensor? partition)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, 1);
        var targets = new ClassTargets(constants[0], ignoreIndex);
        var weights = new ClassWeights<T>(constants.ElementAtOrDefault(1), grid.Classes, smoothing);
        T* z = ClassGrid.Pointer<T>(logits), loss = ClassGrid.Pointer<T>(losses);
        T* kept = partition is null ? null : ClassGrid.Pointer<T>(partition);
        grid.ForEachTile(tile =>
        {
            T* scratch = stackalloc T[4 * ClassGrid.MostPlaces];
            T* logSum = scratch + 2 * ClassGrid.MostPlaces, spread = logSum + ClassGrid.MostPlaces, first = z + tile.Entry;
            T* shift = kept == null ? scratch : kept + tile.Place, sum = kept == null ? scratch + ClassGrid.MostPlaces : shift + grid.Places;
            Partition.Of(first, grid, tile.Count, shift, sum);
            Lanes.Log(sum, logSum, tile.Count);
            if (weights.Spread)
                Smoothing.Distances(first, grid, tile.Count, shift, weights, spread);
            for (var i = 0; i < tile.Count; i++)
            {
                var place = tile.Place + i;
                if (targets.Ignores(place))
                {
                    loss[place] = T.Zero;
                    continue;
                }
                var factor = weights.OfTarget(targets[place]);
                var hit = T.IsZero(factor) ? T.Zero : factor * (logSum[i] - (first[targets.Entry(grid, tile, i)] - shift[i])); // not 0·∞
                loss[place] = weights.Spread ? hit + weights.Share * (spread[i] + weights.Sum * logSum[i]) : hit;
            }
        });
        KeepAlive([logits, losses, .. constants]);
        GC.KeepAlive(partition);
    }

    private void Backward<T>(Tensor upstream, Tensor[] saved, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(saved[0], 1);
        var targets = new ClassTargets(saved[2], ignoreIndex);
        var weights = new ClassWeights<T>(saved.ElementAtOrDefault(3), grid.Classes, smoothing);
        T* g = ClassGrid.Pointer<T>(upstream), z = ClassGrid.Pointer<T>(saved[0]), d = ClassGrid.Pointer<T>(gradient);
        T* partition = ClassGrid.Pointer<T>(saved[1]);
        grid.ForEachTile(tile =>
        {
            T* factor = stackalloc T[4 * ClassGrid.MostPlaces];
            T* hit = factor + ClassGrid.MostPlaces, share = hit + ClassGrid.MostPlaces, kept = share + ClassGrid.MostPlaces;
            T* shift = partition + tile.Place, sum = shift + grid.Places, first = d + tile.Entry;
            targets.Kept(tile, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                var own = targets.Ignores(tile.Place + i) ? T.Zero : weights.OfTarget(targets[tile.Place + i]);
                hit[i] = g[tile.Place + i] * own;
                share[i] = g[tile.Place + i] * weights.Share;
                factor[i] = (hit[i] + share[i] * weights.Sum) / sum[i];
            }
            Exponentials.Write(z + tile.Entry, first, grid, tile.Count, shift, factor, kept);
            if (weights.Spread)
                Smoothing.Subtract(first, grid, tile.Count, share, weights, kept);
            for (var i = 0; i < tile.Count; i++)
            {
                if (!targets.Ignores(tile.Place + i))
                    first[targets.Entry(grid, tile, i)] -= hit[i];
            }
        });
        KeepAlive([upstream, gradient, .. saved]);
    }
}
