using System.Numerics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Top-k: reads every row once, and writes it once.</summary>
internal static unsafe class TopKKernel
{
    public static Tensor Of(Tensor logits, long count)
    {
        using var scope = NewDisposeScope();
        var rows = logits.contiguous();
        var result = empty_like(rows);
        if (rows.dtype == ScalarType.Float32)
            Run<float>(rows, result, count);
        else
            Run<double>(rows, result, count);
        return result.MoveToOuterDisposeScope();
    }

    private static void Run<T>(Tensor logits, Tensor result, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, 1);
        var from = ClassGrid.Pointer<T>(logits);
        var to = ClassGrid.Pointer<T>(result);
        grid.ForEachTile(tile =>
        {
            var greatest = new Greatest<T>((int)Math.Min(count, grid.Classes));
            var maxima = new T[Greatest<T>.Blocks(grid.Classes)];
            for (var row = 0; row < tile.Count; row++)
            {
                var at = tile.Entry + row * grid.Classes;
                greatest.Clear();
                Lanes.BlockMaxima(from + at, grid.Classes, Greatest<T>.Block, maxima);
                greatest.AddRow(from + at, grid.Classes, maxima);
                greatest.Drop();
                new Span<T>(to + at, (int)grid.Classes).Fill(T.NegativeInfinity);
                for (var i = 0; i < greatest.Values.Length; i++)
                    to[at + greatest.Places[i]] = greatest.Values[i];
            }
        });
        GC.KeepAlive(logits);
        GC.KeepAlive(result);
    }
}
