using System.Numerics;
using Lab.Core.Sequences.Ctc;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// CTC over memory: α row by row, kept for the backward pass, which runs β against it. All recursions are in float64, so that
/// hundreds of frames of float32 scores lose no digits.
/// </summary>
/// <remarks>Where scores of +∞ or NaN come in, the readable form is taken instead: it says where they lead.</remarks>
internal sealed unsafe class CtcKernel(long blank) : Kernel
{
    /// <summary>Nats per example, <c>[B]</c>; null where the kernel does not serve.</summary>
    public static Tensor? Of(Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank)
    {
        if (!Forms.KernelTakes(logProbs, 2))
            return null;
        var losses = KernelFunction.Run(
            new CtcKernel(blank), logProbs, targets, CtcShapes.LengthsOrAll(inputLengths, logProbs.size(1), logProbs),
            CtcShapes.LengthsOrAll(targetLengths, targets.size(1), logProbs));
        return losses.isnan().any().ToBoolean() ? null : losses;
    }

    public override (Tensor Result, Tensor[] Saved) Forward(Tensor logits, Tensor[] constants, bool save)
    {
        var losses = empty([logits.size(0)], dtype: logits.dtype);
        var (frames, row) = (logits.size(1), CtcTrellis<double>.Row((int)constants[0].size(1)));
        var logPartitions = empty([logits.size(0)], dtype: ScalarType.Float64);
        var alphas = empty([logits.size(0), (save ? frames : 1) + 1, row], dtype: ScalarType.Float64);    // else two by turns
        if (logits.dtype == ScalarType.Float32)
            Forward<float>(logits, constants, losses, logPartitions, alphas);
        else
            Forward<double>(logits, constants, losses, logPartitions, alphas);
        return (losses, save ? [logits, .. constants, logPartitions, alphas] : []);
    }

    public override Tensor Backward(Tensor upstream, Tensor[] saved)
    {
        var gradient = zeros(saved[0].shape, dtype: upstream.dtype);
        if (upstream.dtype == ScalarType.Float32)
            Backward<float>(upstream, saved, gradient);
        else
            Backward<double>(upstream, saved, gradient);
        return gradient;
    }

    public override Tensor ReadableBackward(Tensor upstream, Tensor[] saved) => Replay(
        x => Alignment.CtcLoss(x, saved[1], saved[2], saved[3], blank), saved[0], upstream);

    private void Forward<T>(Tensor logits, Tensor[] constants, Tensor losses, Tensor logPartitions, Tensor alphas)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (frames, classes, most, rows, row) = (logits.size(1), logits.size(2), constants[0].size(1), alphas.size(1), alphas.size(2));
        T* x = ClassGrid.Pointer<T>(logits), loss = ClassGrid.Pointer<T>(losses);
        long* targets = ClassGrid.Pointer<long>(constants[0]);
        long* inputLengths = ClassGrid.Pointer<long>(constants[1]), targetLengths = ClassGrid.Pointer<long>(constants[2]);
        double* logZ = ClassGrid.Pointer<double>(logPartitions), alpha = ClassGrid.Pointer<double>(alphas);
        using var room = empty([logits.size(0), CtcTrellis<T>.Scratch((int)most)], dtype: ScalarType.Float64);
        var (scratch, size) = ((nint)ClassGrid.Pointer<double>(room), room.size(1));
        ForEach(logits, b =>
        {
            var count = (int)targetLengths[b];
            var trellis = new CtcTrellis<T>(targets + b * most, count, blank, (double*)scratch + b * size);
            var before = alpha + b * rows * row;
            var good = true;
            trellis.Start(before);
            for (var t = 0L; t < inputLengths[b] && good; t++)
            {
                var next = alpha + (b * rows + (t + 1) % rows) * row;
                good = trellis.Forward(x + (b * frames + t) * classes, before, next);
                before = next;
            }
            logZ[b] = good ? trellis.LogPartition(before) : double.NaN;
            loss[b] = T.CreateTruncating(-logZ[b]);
        });
        KeepAlive([logits, .. constants, losses, logPartitions, alphas, room]);
    }

    private void Backward<T>(Tensor upstream, Tensor[] saved, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (frames, classes, most, rows, row) =
            (gradient.size(1), gradient.size(2), saved[1].size(1), saved[5].size(1), saved[5].size(2));
        T* x = ClassGrid.Pointer<T>(saved[0]), d = ClassGrid.Pointer<T>(gradient), g = ClassGrid.Pointer<T>(upstream);
        long* targets = ClassGrid.Pointer<long>(saved[1]);
        long* inputLengths = ClassGrid.Pointer<long>(saved[2]), targetLengths = ClassGrid.Pointer<long>(saved[3]);
        double* logZ = ClassGrid.Pointer<double>(saved[4]), alpha = ClassGrid.Pointer<double>(saved[5]);
        using var room = empty([gradient.size(0), 2 * row + CtcTrellis<T>.Scratch((int)most)], dtype: ScalarType.Float64);
        var (scratch, size) = ((nint)ClassGrid.Pointer<double>(room), room.size(1));
        ForEach(gradient, b =>
        {
            if (!double.IsFinite(logZ[b]))
                return;                                               // no alignment fits: nothing to learn
            double* beta = (double*)scratch + b * size, spare = beta + row;
            var trellis = new CtcTrellis<T>(targets + b * most, (int)targetLengths[b], blank, spare + row);
            trellis.End(beta);
            for (var t = inputLengths[b] - 1; t >= 0; t--)
            {
                var place = (b * frames + t) * classes;
                trellis.Backward(
                    x + place, alpha + (b * rows + t + 1) * row, beta, logZ[b], double.CreateTruncating(g[b]), d + place, spare);
            }
        });
        KeepAlive([upstream, .. saved, gradient, room]);
    }

    /// <summary>Examples side by side, with as many threads as torch would use.</summary>
    private static void ForEach(Tensor like, Action<long> work)
    {
        var (batch, threads) = (like.size(0), (int)Math.Min(get_num_threads(), like.size(0)));
        if (threads > 1)
            Parallel.For(0, batch, new() { MaxDegreeOfParallelism = threads }, work);
        else
            for (var b = 0L; b < batch; b++)
                work(b);
    }
}
