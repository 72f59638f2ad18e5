using System.Runtime.InteropServices;
using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Makes the fused likelihood of chains known to autograd.</summary>
/// <remarks>
/// What is saved is only read, so that a kept graph can be run again. A gradient that is itself to be differentiated comes
/// from the readable form, run again.
/// </remarks>
internal sealed class ChainFunction : autograd.SingleTensorFunction<ChainFunction>
{
    private const string Which = "parts";
    private const int Scores = 4;                                         // emissions, transitions, start, end

    /// <summary>The last gradients of this thread: TorchSharp takes references of its own only after they were returned.</summary>
    [ThreadStatic]
    private static Tensor?[]? handedOver;

    /// <inheritdoc/>
    public override string Name => "LabChain (were the tensors that its gradient needs changed in place?)";

    /// <summary>log Z; with tags, less the score of that path. The result lives in the caller's scope.</summary>
    public static Tensor Run(Tensor emissions, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask, Tensor? tags)
    {
        using var scope = NewDisposeScope();
        var none = start is null || end is null ? zeros([emissions.size(2)], emissions.dtype) : null;
        Tensor[] scores = [emissions.contiguous(), transitions.contiguous(), (start ?? none!).contiguous(), (end ?? none!).contiguous()];
        var parts = new Parts(mask?.contiguous(), tags?.contiguous());
        var result = is_grad_enabled() && scores.Any(s => s.requires_grad)
            ? apply(scores[0], scores[1], scores[2], scores[3], parts)
            : ChainLikelihood.Forward(scores[0], scores[1], scores[2], scores[3], parts.Mask, parts.Tags, save: false).Losses;
        GC.KeepAlive((emissions, transitions, start, end, mask, tags));
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var parts = (Parts)vars[Scores];
        Tensor[] scores = [.. vars.Take(Scores).Cast<Tensor>()];
        ctx.set_materialize_grads(false);                                 // they would be made from what dies with the scope
        ctx.save_data(Which, parts);
        var (losses, state) = ChainLikelihood.Forward(scores[0], scores[1], scores[2], scores[3], parts.Mask, parts.Tags, save: true);
        ctx.save_for_backward([.. scores, state!, .. parts.Given]);
        return losses;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output.IsInvalid)
            return [null!, null!, null!, null!, null!];                   // nothing comes from above
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
        var parts = (Parts)ctx.get_data(Which);
        List<Tensor> saved;
        try
        {
            saved = ctx.get_saved_variables();
        }
        catch (ExternalException)
        {
            return [empty([0, 0, 0]), null, null, null];                  // an exception would end the process; this shape, torch refuses
        }
        var scores = saved[..Scores];
        var (mask, tags) = parts.Take(saved[(Scores + 1)..]);
        return is_grad_enabled()
            ? Readable(upstream, scores, mask, tags)
            : ChainLikelihood.Backward(upstream.contiguous(), scores[0], scores[1], scores[2], scores[3], mask, tags, saved[Scores]);
    }

    private static Tensor?[] Readable(Tensor upstream, List<Tensor> scores, Tensor? mask, Tensor? tags)
    {
        var losses = tags is null
            ? Crf.LogPartition(scores[0], scores[1], scores[2], scores[3], mask, CrfForm.Loop)
            : Crf.PathNegativeLogLikelihood(scores[0], tags, scores[1], scores[2], scores[3], mask, CrfForm.Loop);
        var wanted = scores.Where(s => s.requires_grad).ToList();
        var found = autograd.grad([losses], wanted, [upstream], retain_graph: true, create_graph: true, allow_unused: true);
        var gradients = new Tensor?[Scores];
        for (int i = 0, next = 0; i < Scores; i++)
            if (scores[i].requires_grad && found[next++] is { IsInvalid: false } gradient)
                gradients[i] = gradient;
        return gradients;
    }

    /// <summary>The inputs that may be missing.</summary>
    private sealed record Parts(Tensor? Mask, Tensor? Tags)
    {
        private readonly bool masked = Mask is not null;
        private readonly bool tagged = Tags is not null;

        public IEnumerable<Tensor> Given => new[] { Mask, Tags }.OfType<Tensor>();

        public (Tensor? Mask, Tensor? Tags) Take(List<Tensor> given) =>
            (masked ? given[0] : null, tagged ? given[masked ? 1 : 0] : null);
    }
}
