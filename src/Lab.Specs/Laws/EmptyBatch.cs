using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>A batch of no examples is a batch.</summary>
internal static class EmptyBatch
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "an empty batch gives an empty result",
        "A batch of no examples gives a result for no examples, of the right shape, with a gradient, and not an error.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (BatchSplit.Size(arguments) is null || @case.OutputBatchDims.Count == 0)
                return Verdict.DoesNotApply;

            var none = BatchSplit.Part(arguments, 0, 0);
            var expected = spec.Values(spec.Oracle, @case, arguments)
                .Select((o, i) => o.narrow(@case.OutputBatchDims[i], 0, 0)).ToArray();
            return Outputs.Same(spec.Values(op, @case, none), expected, spec.Tolerance)
                .Then(() => Gradients.ByAutograd(spec, op, @case, none) is { } gradients
                    ? SameGradient.Same(none, gradients, [.. none.Where(a => a.Differentiable).Select(a => zeros_like(a.Value))], spec.Tolerance)
                    : Verdict.Holds)
                .On(none);
        })
        { Cases = 30 };
}
