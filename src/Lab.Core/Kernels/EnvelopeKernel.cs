using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// The exact Euclidean distance transform over memory: along the columns by two sweeps, then along each row by the lower envelope of
/// the parabolas that stand on its places (Felzenszwalb and Huttenlocher 2012).
/// </summary>
[SkipLocalsInit]
internal static unsafe class EnvelopeKernel
{
    private const int ManyPixels = 1 << 14;                           // worth the start of another thread
    private const int RowsAtOnce = 32;

    /// <summary>Distances of maps <c>[..., H, W]</c> to their nearest true pixel.</summary>
    public static Tensor Of(Tensor mask, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var regions = mask.contiguous();
        var (height, width) = ((int)mask.size(-2), (int)mask.size(-1));
        var maps = mask.numel() / (height * (long)width);
        var (columns, distances) = (empty(mask.shape, dtype: ScalarType.Int32), empty(mask.shape, dtype: dtype));
        bool* region = ClassGrid.Pointer<bool>(regions);
        int* column = ClassGrid.Pointer<int>(columns);
        var far = height + width;                                     // farther than any pixel of the map: none in this column
        For(maps, maps * height * width, n => Columns(region + n * height * width, column + n * height * width, height, width, far));
        var strips = (height + RowsAtOnce - 1L) / RowsAtOnce;
        if (dtype == ScalarType.Float32)
            Rows(column, ClassGrid.Pointer<float>(distances), maps, strips, height, width, far);
        else
            Rows(column, ClassGrid.Pointer<double>(distances), maps, strips, height, width, far);
        GC.KeepAlive(regions);
        GC.KeepAlive(columns);
        return distances.MoveToOuterDisposeScope();
    }

    /// <summary>The distance to the nearest pixel of the region in the same column, down and up, all columns side by side.</summary>
    private static void Columns(bool* region, int* column, int height, int width, int far)
    {
        for (var x = 0; x < width; x++)
            column[x] = region[x] ? 0 : far;
        for (var y = 1; y < height; y++)
        {
            int* before = column + (y - 1L) * width, here = before + width;
            bool* inside = region + (long)y * width;
            for (var x = 0; x < width; x++)
                here[x] = inside[x] ? 0 : Math.Min(before[x] + 1, far);
        }
        for (var y = height - 2; y >= 0; y--)
            Lower(column + (long)y * width, column + (y + 1L) * width, width);
    }

    /// <summary>At most 1 more than the row below.</summary>
    private static void Lower(int* row, int* below, int width)
    {
        var x = 0;
        for (; x <= width - Vector<int>.Count; x += Vector<int>.Count)
            Vector.Min(Vector.Load(row + x), Vector.Load(below + x) + Vector<int>.One).Store(row + x);
        for (; x < width; x++)
            row[x] = Math.Min(row[x], below[x] + 1);
    }

    private static void Rows<T>(int* column, T* distances, long maps, long strips, int height, int width, int far)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        For(maps * strips, maps * height * width, n =>
        {
            var (map, strip) = Math.DivRem(n, strips);
            var (vertices, starts, squares) = (new int[width], new double[width + 1], new long[width]);
            fixed (int* v = vertices)
            fixed (double* z = starts)
            fixed (long* g = squares)
            {
                var (first, last) = (strip * RowsAtOnce, Math.Min(height, (strip + 1) * RowsAtOnce));
                for (var y = first; y < last; y++)
                    Row(column + (map * height + y) * width, distances + (map * height + y) * width, width, far, v, z, g);
            }
        });

    /// <summary>One row: builds the envelope from left to right, then reads it.</summary>
    /// <param name="column">Distances along the columns; <paramref name="far"/> where a column has none of the region.</param>
    /// <param name="distances">What is written.</param>
    /// <param name="width">The row's length.</param>
    /// <param name="far">Farther than any pixel.</param>
    /// <param name="vertices">Where the envelope's parabolas stand.</param>
    /// <param name="starts">From where each of them is the lowest.</param>
    /// <param name="squares">Scratch memory: the squared distances along the columns.</param>
    private static void Row<T>(int* column, T* distances, int width, int far, int* vertices, double* starts, long* squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var last = -1;
        for (var q = 0; q < width; q++)
        {
            if (column[q] >= far)
                continue;                                             // a parabola at infinity is nowhere the lowest
            squares[q] = (long)column[q] * column[q];
            var start = double.NegativeInfinity;
            while (last >= 0)
            {
                var v = vertices[last];
                start = (squares[q] + (long)q * q - squares[v] - (long)v * v) / (2.0 * (q - v)); // where the two cross
                if (start > starts[last])
                    break;
                last--;
                start = double.NegativeInfinity;
            }
            (vertices[++last], starts[last]) = (q, start);
        }
        if (last < 0)
        {
            new Span<T>(distances, width).Fill(T.PositiveInfinity);
            return;
        }
        var k = 0;
        for (var q = 0; q < width; q++)
        {
            while (k < last && starts[k + 1] < q)
                k++;
            var (v, away) = (vertices[k], (long)q - vertices[k]);
            distances[q] = T.CreateTruncating(Math.Sqrt(squares[v] + away * away));
        }
    }

    private static void For(long count, long pixels, Action<long> work)
    {
        if (count == 1 || pixels < ManyPixels || get_num_threads() == 1)
        {
            for (var n = 0L; n < count; n++)
                work(n);
            return;
        }
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = get_num_threads() }, work);
    }
}
