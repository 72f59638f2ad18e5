using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>Examples do not see each other.</summary>
internal static class BatchSplit
{
    public static Law<TOp, TCase> Of<TOp, TCase>(Spec<TOp, TCase> spec)
        where TOp : Delegate
        where TCase : Case => new(
        "examples do not see each other",
        "The result for a batch is the results for its two parts, put together.",
        (op, @case) =>
        {
            var arguments = @case.Draw();
            if (Size(arguments) is not >= 2 || @case.OutputBatchDims.Count == 0)
                return Verdict.DoesNotApply;

            var size = Size(arguments)!.Value;
            var whole = spec.Values(op, @case, arguments);
            var front = spec.Values(op, @case, Part(arguments, 0, size / 2));
            var back = spec.Values(op, @case, Part(arguments, size / 2, size - size / 2));
            var joined = front.Select((f, i) => cat([f, back[i]], @case.OutputBatchDims[i])).ToArray();
            return Outputs.Same(whole, joined, spec.Tolerance);
        });

    /// <summary>The number of examples; null when no argument counts them.</summary>
    public static long? Size(IReadOnlyList<Argument> arguments) =>
        arguments.FirstOrDefault(a => a.BatchDim is not null) is { } batched
            ? batched.Value.size(batched.BatchDim!.Value)
            : null;

    /// <summary>Some examples of a batch.</summary>
    public static Argument[] Part(IReadOnlyList<Argument> arguments, long start, long length) =>
        [.. arguments.Select(a => a.BatchDim is { } dim ? a.With(a.Value.narrow(dim, start, length).clone().contiguous()) : a)];
}
