using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>The inner loops of log-softmax over a tile's rows or columns.</summary>
internal static unsafe class LogSoftmaxLoops
{
    /// <summary>Writes z - shift - logSum, in this order: the first difference is exact where it matters.</summary>
    public static void Subtract<T>(T* z, T* y, ClassGrid grid, int count, T* shift, T* logSum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++, z += grid.Classes, y += grid.Classes)
            {
                var (i, a, b) = (0L, Vector.Create(shift[row]), Vector.Create(logSum[row]));
                for (; i <= grid.Classes - Vector<T>.Count; i += Vector<T>.Count)
                    (Vector.Load(z + i) - a - b).Store(y + i);
                for (; i < grid.Classes; i++)
                    y[i] = z[i] - shift[row] - logSum[row];
            }
            return;
        }
        for (var k = 0L; k < grid.Classes; k++, z += grid.Inner, y += grid.Inner)
        {
            var i = 0;
            for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                (Vector.Load(z + i) - Vector.Load(shift + i) - Vector.Load(logSum + i)).Store(y + i);
            for (; i < count; i++)
                y[i] = z[i] - shift[i] - logSum[i];
        }
    }

    /// <summary>Σ g along the classes.</summary>
    public static void Sum<T>(T* g, ClassGrid grid, int count, T* sum) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++)
                sum[row] = Lanes.Sum(g + row * grid.Classes, grid.Classes);
            return;
        }
        new Span<T>(sum, count).Clear();
        for (var k = 0L; k < grid.Classes; k++, g += grid.Inner)
        {
            var i = 0;
            for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                (Vector.Load(sum + i) + Vector.Load(g + i)).Store(sum + i);
            for (; i < count; i++)
                sum[i] += g[i];
        }
    }

    /// <summary>Writes g - exp(y)·sum.</summary>
    public static void TakeShare<T>(T* g, T* y, T* d, ClassGrid grid, int count, T* sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++, g += grid.Classes, y += grid.Classes, d += grid.Classes)
            {
                var (i, s) = (0L, Vector.Create(sum[row]));
                for (; i <= grid.Classes - Vector<T>.Count; i += Vector<T>.Count)
                    (Vector.Load(g + i) - Lanes.Exp(Vector.Load(y + i)) * s).Store(d + i);
                for (; i < grid.Classes; i++)
                    d[i] = g[i] - T.Exp(y[i]) * sum[row];
            }
            return;
        }
        for (var k = 0L; k < grid.Classes; k++, g += grid.Inner, y += grid.Inner, d += grid.Inner)
        {
            var i = 0;
            for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                (Vector.Load(g + i) - Lanes.Exp(Vector.Load(y + i)) * Vector.Load(sum + i)).Store(d + i);
            for (; i < count; i++)
                d[i] = g[i] - T.Exp(y[i]) * sum[i];
        }
    }
}
