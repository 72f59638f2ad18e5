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
            : ChainLikelihood.Run(parts.With(scores), withGradient: false).Losses;
        GC.KeepAlive((emissions, transitions, start, end, mask, tags));
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var parts = (Parts)vars[Scores];
        Tensor[] scores = [.. vars.Take(Scores).Cast<Tensor>()];
        ctx.set_materialize_grads(false);                                 // they would be made from what dies with the scope
        var inputs = parts.With(scores);
        var (losses, gradient) = ChainLikelihood.Run(inputs, ChainGradient.IsToKeep(inputs));
        ctx.save_data(Which, parts with { HasGradient = gradient is not null });
        ctx.save_for_backward([.. scores, .. parts.Given, .. gradient is null ? Array.Empty<Tensor>() : [gradient.Emissions, gradient.Transitions]]);
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
        var (inputs, gradient) = parts.Take(saved);
        return is_grad_enabled() ? Readable(upstream, inputs) : ChainGradient.Scaled(inputs, upstream.contiguous(), gradient);
    }

    private static Tensor?[] Readable(Tensor upstream, ChainInputs inputs)
    {
        var (emissions, transitions, start, end, mask, tags) = inputs;
        var losses = tags is null
            ? Crf.LogPartition(emissions, transitions, start, end, mask, CrfForm.Loop)
            : Crf.PathNegativeLogLikelihood(emissions, tags, transitions, start, end, mask, CrfForm.Loop);
        Tensor[] scores = [emissions, transitions, start, end];
        var wanted = scores.Where(s => s.requires_grad).ToList();
        var found = autograd.grad([losses], wanted, [upstream], retain_graph: true, create_graph: true, allow_unused: true);
        var gradients = new Tensor?[Scores];
        for (int i = 0, next = 0; i < Scores; i++)
            if (scores[i].requires_grad && found[next++] is { IsInvalid: false } gradient)
                gradients[i] = gradient;
        return gradients;
    }

    /// <summary>What may be missing.</summary>
    private sealed record Parts(Tensor? Mask, Tensor? Tags)
    {
        private readonly bool masked = Mask is not null;
        private readonly bool tagged = Tags is not null;

        public bool HasGradient { get; init; }

        public IEnumerable<Tensor> Given => new[] { Mask, Tags }.OfType<Tensor>();

        public ChainInputs With(Tensor[] scores) => new(scores[0], scores[1], scores[2], scores[3], Mask, Tags);

        /// <summary>From what was saved: the scores, what of mask and tags there is, the gradient if there is one.</summary>
        public (ChainInputs Inputs, ChainGradient? Gradient) Take(List<Tensor> saved)
        {
            var next = Scores;
            var (mask, tags) = (masked ? saved[next++] : null, tagged ? saved[next++] : null);
            return (new(saved[0], saved[1], saved[2], saved[3], mask, tags), HasGradient ? new(saved[next], saved[next + 1]) : null);
        }
    }
}
