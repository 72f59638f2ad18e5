using System.Numerics;
using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// The sum over all dependency trees over memory: words leave the graph one by one, as in <see cref="Elimination"/>, but in float64 and
/// without logarithms, each column divided by the exponential of its greatest score.
/// </summary>
/// <remarks>
/// It serves where all arcs of a row are allowed and those into a word are within <see cref="Reach"/> of each other: then every sum is at least
/// exp(-Reach), and what vanishes beside it does not matter. Else the readable form is taken.
/// </remarks>
internal sealed unsafe class ArcElimination(bool singleRoot) : Kernel
{
    private const double Reach = 300;

    /// <summary>log Z, <c>[B]</c>; null where the kernel does not serve.</summary>
    public static Tensor? Of(Tensor arcs, Tensor? lengths, bool singleRoot)
    {
        if (arcs.device_type != DeviceType.CPU || arcs.dtype is not (ScalarType.Float32 or ScalarType.Float64)
            || Forms.Asked == Form.Readable || arcs.size(0) == 0)
            return null;
        using var scope = NewDisposeScope();
        var result = KernelFunction.Run(
            new ArcElimination(singleRoot), arcs, lengths ?? full([arcs.size(0)], arcs.size(1) - 1, ScalarType.Int64));
        return result.isnan().any().ToBoolean() ? null : result.MoveToOuterDisposeScope();
    }

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var (batch, places) = (logits.size(0), logits.size(1));
        // Of each row: weights [T + 1, T] as they are when their word or their head leaves, the factors D, and the columns' shifts.
        var kept = empty([batch, (places + 2) * (places - 1)], ScalarType.Float64);
        var result = empty([batch], ScalarType.Float64);
        double* keep = ClassGrid.Pointer<double>(kept), z = ClassGrid.Pointer<double>(result);
        long* counts = ClassGrid.Pointer<long>(constants[0]);
        var (single, size, row) = (logits.dtype == ScalarType.Float32, places * places, kept.size(1));
        nint arcs = single ? (nint)ClassGrid.Pointer<float>(logits) : (nint)ClassGrid.Pointer<double>(logits);
        for (var b = 0L; b < batch; b++)
            z[b] = single
                ? Eliminate((float*)arcs + b * size, (int)places, (int)counts[b], keep + b * row)
                : Eliminate((double*)arcs + b * size, (int)places, (int)counts[b], keep + b * row);
        KeepAlive([logits, .. constants, kept, result]);
        return (result.to(logits.dtype), save ? [logits, constants[0], kept] : []);
    }

    public override Tensor Backward(Tensor upstream, Tensor[] saved)
    {
        var (batch, places) = (saved[0].size(0), saved[0].size(1));
        var gradient = zeros_like(saved[0]);
        using var above = upstream.to(ScalarType.Float64);
        using var room = empty([(places + 2) * (places - 1)], ScalarType.Float64);
        double* keep = ClassGrid.Pointer<double>(saved[2]), from = ClassGrid.Pointer<double>(above), spare = ClassGrid.Pointer<double>(room);
        long* counts = ClassGrid.Pointer<long>(saved[1]);
        var (single, size, row) = (saved[0].dtype == ScalarType.Float32, places * places, saved[2].size(1));
        nint arcs = single ? (nint)ClassGrid.Pointer<float>(saved[0]) : (nint)ClassGrid.Pointer<double>(saved[0]);
        nint d = single ? (nint)ClassGrid.Pointer<float>(gradient) : (nint)ClassGrid.Pointer<double>(gradient);
        for (var b = 0L; b < batch; b++)
            if (single)
                Back((float*)arcs + b * size, (int)places, (int)counts[b], keep + b * row, from[b], (float*)d + b * size, spare);
            else
                Back((double*)arcs + b * size, (int)places, (int)counts[b], keep + b * row, from[b], (double*)d + b * size, spare);
        KeepAlive([.. saved, gradient, above, room]);
        return gradient;
    }

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) => Replay(
        x => DependencyCrf.HeadsLogPartition(x, saved[1], singleRoot), saved[0], upstream);

    /// <summary>log Z of one row; NaN where the kernel does not serve.</summary>
    private double Eliminate<T>(T* arcs, int places, int words, double* kept) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = places - 1;
        double* root = kept, w = kept + width, factors = kept + (long)places * width, shifts = factors + width;       // w: words on words
        var (total, rootShift) = (0.0, 0.0);
        if (singleRoot)
            rootShift = double.NegativeInfinity;
        for (var m = 0; m < words; m++)
        {
            var (most, least) = (double.NegativeInfinity, double.PositiveInfinity);
            for (var h = singleRoot && words > 1 ? 1 : 0; h <= words; h++)
            {
                if (h == m + 1)
                    continue;
                var score = double.CreateTruncating(arcs[(long)h * places + m + 1]);
                if (!double.IsFinite(score))
                    return double.NaN;
                (most, least) = (Math.Max(most, score), Math.Min(least, score));
            }
            if (least < most - Reach)
                return double.NaN;
            shifts[m] = most;
            total += most;
            if (singleRoot)
                rootShift = Math.Max(rootShift, double.CreateTruncating(arcs[m + 1]) - most);
        }
        for (var m = 0; m < words; m++)
        {
            var score = double.CreateTruncating(arcs[m + 1]) - shifts[m] - rootShift;
            if (!(score >= -Reach) || !double.IsFinite(score))
                return double.NaN;
            root[m] = Math.Exp(score);
            for (var h = 0; h < words; h++)
                w[(long)h * width + m] = h == m ? 0 : Math.Exp(double.CreateTruncating(arcs[(long)(h + 1) * places + m + 1]) - shifts[m]);
        }
        for (var v = words - 1; v >= 0; v--)
        {
            var factor = singleRoot && v > 0 ? 0 : root[v];
            for (var h = 0; h < v; h++)
                factor += w[(long)h * width + v];
            factors[v] = factor;
            total += Math.Log(factor);
            double* after = w + (long)v * width;
            for (var h = 0; h < v; h++)
                DoubleLoops.Add(w[(long)h * width + v] / factor, after, w + (long)h * width, v);
            DoubleLoops.Add(root[v] / factor, after, root, v);
        }
        return words > 0 && singleRoot ? total + rootShift : total;
    }

    /// <summary>The same way back: what each weight adds to log Z, times the weight that it had at the beginning.</summary>
    private void Back<T>(T* arcs, int places, int words, double* kept, double upstream, T* gradient, double* room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = places - 1;
        double* root = kept, w = kept + width, factors = kept + (long)places * width, shifts = factors + width;
        double* gRoot = room, g = room + width, share = room + (long)places * width;
        new Span<double>(room, (places + 2) * width).Clear();
        for (var v = 0; v < words; v++)
        {
            double* after = w + (long)v * width, gAfter = g + (long)v * width;
            var (factor, mean) = (factors[v], 0.0);
            for (var h = 0; h < v; h++)
            {
                share[h] = DoubleLoops.Dot(g + (long)h * width, after, v);
                mean += w[(long)h * width + v] * share[h];
            }
            var ofRoot = DoubleLoops.Dot(gRoot, after, v);
            var whole = (upstream - (mean + root[v] * ofRoot) / factor) / factor;
            for (var h = 0; h < v; h++)
                g[(long)h * width + v] = share[h] / factor + whole;
            gRoot[v] = ofRoot / factor + (singleRoot && v > 0 ? 0 : whole);
            for (var h = 0; h < v; h++)
                DoubleLoops.Add(w[(long)h * width + v] / factor, g + (long)h * width, gAfter, v);
            DoubleLoops.Add(root[v] / factor, gRoot, gAfter, v);
        }
        var rootShift = 0.0;
        if (singleRoot)
        {
            rootShift = double.NegativeInfinity;
            for (var m = 0; m < words; m++)
                rootShift = Math.Max(rootShift, double.CreateTruncating(arcs[m + 1]) - shifts[m]);
        }
        for (var m = 0; m < words; m++)
        {
            gradient[m + 1] = T.CreateTruncating(gRoot[m] * Math.Exp(double.CreateTruncating(arcs[m + 1]) - shifts[m] - rootShift));
            for (var h = 0; h < words; h++)
                if (h != m)
                    gradient[(long)(h + 1) * places + m + 1] = T.CreateTruncating(
                        g[(long)h * width + m] * Math.Exp(double.CreateTruncating(arcs[(long)(h + 1) * places + m + 1]) - shifts[m]));
        }
    }
}
