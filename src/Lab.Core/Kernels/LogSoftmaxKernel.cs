using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Log-softmax over memory: two passes over each tile, and the gradient from the result alone.</summary>
[SkipLocalsInit]
internal sealed unsafe class LogSoftmaxKernel(long dim) : Kernel
{
    public static Tensor Of(Tensor logits, long dim) => KernelFunction.Run(new LogSoftmaxKernel(dim), logits);

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var logProbs = empty(logits.shape, dtype: logits.dtype);
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, logProbs);
        else
            Forward<double>(logits, logProbs);
        return (logProbs, save ? [logProbs] : []);
    }

    public override Tensor Backward(Tensor upstream, Tensor[] saved)
    {
        var gradient = empty(upstream.shape, dtype: upstream.dtype);
        if (upstream.dtype == ScalarType.Float32)
            Backward<float>(upstream, saved[0], gradient);
        else
            Backward<double>(upstream, saved[0], gradient);
        return gradient;
    }

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) =>
        upstream - saved[0].exp() * upstream.sum(dim, keepdim: true);

    private void Forward<T>(Tensor logits, Tensor logProbs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, dim);
        T* z = ClassGrid.Pointer<T>(logits), y = ClassGrid.Pointer<T>(logProbs);
        grid.ForEachTile(tile =>
        {
            T* shift = stackalloc T[ClassGrid.MostPlaces], logSum = stackalloc T[ClassGrid.MostPlaces];
            Partition.Of(z + tile.Entry, grid, tile.Count, shift, logSum);
            Lanes.Log(logSum, logSum, tile.Count);
            LogSoftmaxLoops.Subtract(z + tile.Entry, y + tile.Entry, grid, tile.Count, shift, logSum);
        });
        GC.KeepAlive(logits);
        GC.KeepAlive(logProbs);
    }

    private void Backward<T>(Tensor upstream, Tensor logProbs, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logProbs, dim);
        T* g = ClassGrid.Pointer<T>(upstream), y = ClassGrid.Pointer<T>(logProbs), d = ClassGrid.Pointer<T>(gradient);
        grid.ForEachTile(tile =>
        {
            T* mass = stackalloc T[ClassGrid.MostPlaces];
            LogSoftmaxLoops.Sum(g + tile.Entry, grid, tile.Count, mass);
            LogSoftmaxLoops.TakeShare(g + tile.Entry, y + tile.Entry, d + tile.Entry, grid, tile.Count, mass);
        });
        GC.KeepAlive(upstream);
        GC.KeepAlive(logProbs);
        GC.KeepAlive(gradient);
    }
}
