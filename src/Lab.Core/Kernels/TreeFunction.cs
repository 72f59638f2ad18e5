using System.Runtime.InteropServices;
using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Makes the fused inside algorithm of grammars known to autograd.</summary>
/// <remarks>What is saved is only read. A gradient that is itself to be differentiated comes from the readable form, run again.</remarks>
internal sealed unsafe class TreeFunction : autograd.SingleTensorFunction<TreeFunction>
{
    private const string Which = "parts";

    /// <summary>The last gradients of this thread: TorchSharp takes references of its own only after they were returned.</summary>
    [ThreadStatic]
    private static Tensor?[]? handedOver;

    /// <inheritdoc/>
    public override string Name => "LabTrees (were the tensors that its gradient needs changed in place?)";

    /// <summary>log Z, <c>[B]</c>; null where the kernel does not serve.</summary>
    public static Tensor? Of(Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        if (rules is null || spans.device_type != DeviceType.CPU || spans.dtype is not (ScalarType.Float32 or ScalarType.Float64)
            || Forms.Asked == Form.Readable || spans.size(0) == 0)
            return null;
        using var scope = NewDisposeScope();
        var labels = rules.size(0);
        Tensor[] scores = [spans.reshape(spans.size(0), spans.size(1), spans.size(2), labels).contiguous(), rules.contiguous(),
            (root ?? zeros([labels], spans.dtype)).contiguous()];
        var counts = lengths?.contiguous() ?? full([spans.size(0)], spans.size(1), ScalarType.Int64);
        var result = is_grad_enabled() && scores.Any(s => s.requires_grad)
            ? apply(scores[0], scores[1], scores[2], new Parts(counts))
            : Forward(scores, counts).LogPartition;
        return result.isnan().any().ToBoolean() ? null : result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var parts = (Parts)vars[3];
        Tensor[] scores = [(Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]];
        ctx.set_materialize_grads(false);                                 // they would be made from what dies with the scope
        ctx.save_data(Which, parts);
        var (logPartition, kept, exact) = Forward(scores, parts.Lengths);
        ctx.save_for_backward([.. scores, parts.Lengths, kept, exact]);
        return logPartition;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output.IsInvalid)
            return [null!, null!, null!, null!];                          // nothing comes from above
        foreach (var old in handedOver ?? [])
            old?.Dispose();
        using var scope = NewDisposeScope();
        handedOver = Gradients(ctx, grad_output);
        foreach (var gradient in handedOver)
            gradient?.DetachFromDisposeScope();
        grad_output.Dispose();
        return [.. handedOver.Select(g => g!), null!];
    }

    private static Tensor?[] Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        List<Tensor> saved;
        try
        {
            saved = ctx.get_saved_variables();
        }
        catch (ExternalException)
        {
            return [empty([0, 0, 0]), null, null];                        // an exception would end the process; this shape, torch refuses
        }
        return is_grad_enabled() ? Readable(upstream, saved) : Backward(upstream.contiguous(), saved);
    }

    private static Tensor?[] Readable(Tensor upstream, List<Tensor> saved)
    {
        using var readable = Forms.Only(Form.Readable);
        var logPartition = TreeCrf.TreeLogPartition(saved[0], saved[1], saved[2], saved[3]);
        var wanted = saved.Take(3).Where(s => s.requires_grad).ToList();
        var found = autograd.grad([logPartition], wanted, [upstream], retain_graph: true, create_graph: true, allow_unused: true);
        var gradients = new Tensor?[3];
        for (int i = 0, next = 0; i < 3; i++)
            if (saved[i].requires_grad && found[next++] is { IsInvalid: false } gradient)
                gradients[i] = gradient;
        return gradients;
    }

    /// <summary>log Z in the scores' dtype; what is kept of each row; log Z in float64.</summary>
    private static (Tensor LogPartition, Tensor Kept, Tensor Exact) Forward(Tensor[] scores, Tensor lengths)
    {
        var (batch, places, labels) = (scores[0].size(0), scores[0].size(1), scores[0].size(3));
        var wide = MatrixLoops.Whole(labels);
        var kept = empty([batch, TreeChart.Size(places, wide)], ScalarType.Float64);
        var exact = empty([batch], ScalarType.Float64);
        using var rules = new TreeRules(scores[1], scores[2]);
        var inside = new TreeInside((int)places, (int)labels, rules);
        using var room = empty([batch, inside.Room], ScalarType.Float64);
        double* keep = ClassGrid.Pointer<double>(kept), z = ClassGrid.Pointer<double>(exact), spare = ClassGrid.Pointer<double>(room), root = rules.Root;
        long* counts = ClassGrid.Pointer<long>(lengths);
        nint spans = scores[0].dtype == ScalarType.Float32 ? (nint)ClassGrid.Pointer<float>(scores[0]) : (nint)ClassGrid.Pointer<double>(scores[0]);
        var (single, size, rowSize, serves) = (scores[0].dtype == ScalarType.Float32, places * places * labels, kept.size(1), rules.Serve);
        ForEach(batch, b =>
        {
            var chart = new TreeChart(keep + b * rowSize, (int)places, wide);
            z[b] = !serves ? double.NaN
                : single ? inside.Forward((float*)spans + b * size, root, (int)counts[b], chart, spare + b * inside.Room)
                : inside.Forward((double*)spans + b * size, root, (int)counts[b], chart, spare + b * inside.Room);
        });
        GC.KeepAlive((scores, lengths));
        return (exact.to(scores[0].dtype), kept, exact);
    }

    private static Tensor?[] Backward(Tensor upstream, List<Tensor> saved)
    {
        var (spans, lengths, kept, exact) = (saved[0], saved[3], saved[4], saved[5]);
        var (batch, places, labels) = (spans.size(0), spans.size(1), spans.size(3));
        var wide = MatrixLoops.Whole(labels);
        var (dSpans, dRoot, dRules) = (zeros_like(spans), zeros([labels], ScalarType.Float64), zeros([labels, labels, wide], ScalarType.Float64));
        using var rules = new TreeRules(saved[1], saved[2]);
        using var from = upstream.to(ScalarType.Float64);
        var outside = new TreeOutside((int)places, (int)labels, rules);
        double* keep = ClassGrid.Pointer<double>(kept), z = ClassGrid.Pointer<double>(exact), above = ClassGrid.Pointer<double>(from);
        double* sumRoot = ClassGrid.Pointer<double>(dRoot), sumRules = ClassGrid.Pointer<double>(dRules), root = rules.Root;
        long* counts = ClassGrid.Pointer<long>(lengths);
        var (single, size, rowSize) = (spans.dtype == ScalarType.Float32, places * places * labels, kept.size(1));
        nint d = single ? (nint)ClassGrid.Pointer<float>(dSpans) : (nint)ClassGrid.Pointer<double>(dSpans);
        using var room = empty([outside.Room], ScalarType.Float64);
        double* spare = ClassGrid.Pointer<double>(room);
        for (var b = 0L; b < batch; b++)                                  // rules are shared: one row after the other adds to their sums
        {
            var chart = new TreeChart(keep + b * rowSize, (int)places, wide);
            if (single)
                outside.Backward(root, (int)counts[b], z[b], above[b], chart, (float*)d + b * size, sumRoot, sumRules, spare);
            else
                outside.Backward(root, (int)counts[b], z[b], above[b], chart, (double*)d + b * size, sumRoot, sumRules, spare);
        }
        GC.KeepAlive(saved);
        return [dSpans, (dRules.narrow(2, 0, labels) * rules.Weights).to(spans.dtype), dRoot.to(spans.dtype)];
    }

    /// <summary>Rows side by side, with as many threads as torch would use.</summary>
    private static void ForEach(long batch, Action<long> work)
    {
        var threads = (int)Math.Min(get_num_threads(), batch);
        if (threads > 1)
            Parallel.For(0, batch, new() { MaxDegreeOfParallelism = threads }, work);
        else
            for (var b = 0L; b < batch; b++)
                work(b);
    }

    private sealed record Parts(Tensor Lengths);
}
