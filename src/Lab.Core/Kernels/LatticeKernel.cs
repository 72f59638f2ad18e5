using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Dense;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Splat, blur and slice over memory: the channels of a corner lie side by side, and fill whole vectors.</summary>
[SkipLocalsInit]
internal sealed unsafe class LatticeKernel : Kernel
{
    private const long ManyEntries = 1 << 16;                             // worth the start of another thread
    private const long Strip = 2048;                                      // corners or points that a thread takes at a time

    /// <summary>Whether the kernel runs: it is faster at any size.</summary>
    public static bool Takes(Tensor values) =>
        Forms.Asked != Form.Readable && values.device_type == DeviceType.CPU && !values.is_sparse && values.numel() > 0
        && values.dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>Values <c>[B, C, N]</c>; corners, weights and neighbours as a <see cref="Lattice"/> has them.</summary>
    public static Tensor Of(Tensor values, Tensor corners, Tensor weights, Tensor neighbours) =>
        KernelFunction.Run(new LatticeKernel(), values, corners, weights, neighbours);

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save) =>
        (Filter(logits, constants), save ? constants : []);

    /// <summary>The filter is its own transpose.</summary>
    public override Tensor Backward(Tensor upstream, Tensor[] saved) => Filter(upstream, saved);

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) => Lattice.InTensors(upstream, saved[0], saved[1], saved[2]);

    private static Tensor Filter(Tensor values, Tensor[] lattice)
    {
        using var scope = NewDisposeScope();
        var (b, c, n) = (values.size(0), values.size(1), values.size(2));
        var lanes = values.dtype == ScalarType.Float32 ? Vector<float>.Count : Vector<double>.Count;
        var width = (c + lanes - 1) / lanes * lanes;
        var rows = zeros([b, n, width], values.dtype);                    // channels side by side, the last of them 0
        rows.narrow(2, 0, c).copy_(values.transpose(1, 2));
        if (values.dtype == ScalarType.Float32)
            Run<float>(rows, lattice[0], lattice[1], lattice[2], (int)width);
        else
            Run<double>(rows, lattice[0], lattice[1], lattice[2], (int)width);
        return rows.narrow(2, 0, c).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Reads rows <c>[B·N, width]</c>, and writes their sums in place.</summary>
    private static void Run<T>(Tensor rows, Tensor corners, Tensor weights, Tensor neighbours, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (points, axes, count) = (corners.size(0), (int)corners.size(1), neighbours.size(2) - 1);
        using var first = zeros([count + 1, width], rows.dtype);
        using var second = zeros([count + 1, width], rows.dtype);
        T* row = ClassGrid.Pointer<T>(rows), weight = ClassGrid.Pointer<T>(weights);
        T* table = ClassGrid.Pointer<T>(first), other = ClassGrid.Pointer<T>(second);
        long* corner = ClassGrid.Pointer<long>(corners), links = ClassGrid.Pointer<long>(neighbours);
        Splat(row, corner, weight, table, points, axes, width);
        foreach (var axis in Lattice.ForthAndBack(axes))
        {
            long* before = links + 2L * axis * (count + 1), after = before + count + 1;
            T* from = table, to = other;
            For(count, width, (start, end) => Blur(from, to, before, after, start, end, width));
            table = to;
            other = from;
        }
        T* blurred = table;
        var factor = T.CreateTruncating(Lattice.Factor(axes - 1));
        For(points, width, (start, end) => Slice(row, corner, weight, blurred, start, end, axes, width, factor));
        KeepAlive([rows, corners, weights, neighbours, first, second]);
    }

    private static void Splat<T>(T* row, long* corner, T* weight, T* table, long points, int axes, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = 0L; n < points; n++, row += width)
        {
            for (var k = 0; k < axes; k++, corner++, weight++)
            {
                var share = Vector.Create(*weight);
                T* into = table + *corner * width;
                for (var i = 0; i < width; i += Vector<T>.Count)
                    (Vector.Load(into + i) + share * Vector.Load(row + i)).Store(into + i);
            }
        }
    }

    private static void Blur<T>(T* from, T* to, long* before, long* after, long start, long end, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (half, quarter) = (Vector.Create(T.CreateTruncating(0.5)), Vector.Create(T.CreateTruncating(0.25)));
        for (var m = start; m < end; m++)
        {
            T* own = from + m * width, left = from + before[m] * width, right = from + after[m] * width, into = to + m * width;
            for (var i = 0; i < width; i += Vector<T>.Count)
                (half * Vector.Load(own + i) + quarter * (Vector.Load(left + i) + Vector.Load(right + i))).Store(into + i);
        }
    }

    private static void Slice<T>(T* row, long* corner, T* weight, T* table, long start, long end, int axes, int width, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var n = start; n < end; n++)
        {
            for (var i = 0; i < width; i += Vector<T>.Count)
            {
                var sum = Vector<T>.Zero;
                for (var k = 0; k < axes; k++)
                    sum += Vector.Create(weight[n * axes + k]) * Vector.Load(table + corner[n * axes + k] * width + i);
                (sum * factor).Store(row + n * width + i);
            }
        }
    }

    private static void For(long count, int width, Action<long, long> work)
    {
        if (count * width < ManyEntries || get_num_threads() == 1)
        {
            work(0, count);
            return;
        }
        var strips = (count + Strip - 1) / Strip;
        Parallel.For(0, strips, new() { MaxDegreeOfParallelism = get_num_threads() }, s => work(s * Strip, Math.Min(count, (s + 1) * Strip)));
    }
}
