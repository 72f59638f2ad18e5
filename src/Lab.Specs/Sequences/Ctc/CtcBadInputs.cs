using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Ctc;

/// <summary>What the ops over alignments refuse.</summary>
internal static class CtcBadInputs
{
    /// <summary>Of scores, lengths of frames and the blank.</summary>
    public static IEnumerable<BadInput<TOp>> OfFrames<TOp>(Action<TOp, Tensor, Tensor?, long> call)
        where TOp : Delegate =>
    [
        new("null for logProbs", "logProbs", () => [], (op, _) => call(op, null!, null, 0)),
        new("integer scores", "logProbs", () => [ones(2, 3, 4, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], null, 0)),
        new("one example without a batch", "logProbs", () => [ones(3, 4)], (op, x) => call(op, x[0], null, 0)),
        new("no classes", "logProbs", () => [ones(2, 3, 0)], (op, x) => call(op, x[0], null, 0)),
        new("a blank that is no class", "blank", () => [ones(2, 3, 4)], (op, x) => call(op, x[0], null, 4)),
        new("a negative blank", "blank", () => [ones(2, 3, 4)], (op, x) => call(op, x[0], null, -1)),
        new("a length for another batch", "inputLengths", () => [ones(2, 3, 4), Longs(3)], (op, x) => call(op, x[0], x[1], 0)),
        new("real lengths", "inputLengths", () => [ones(2, 3, 4), ones(2)], (op, x) => call(op, x[0], x[1], 0)),
        new("more frames than there are", "inputLengths", () => [ones(2, 3, 4), Longs(3, 4)], (op, x) => call(op, x[0], x[1], 0)),
        new("a negative number of frames", "inputLengths", () => [ones(2, 3, 4), Longs(-1, 3)], (op, x) => call(op, x[0], x[1], 0)),
        new("lengths on another device", "inputLengths", () => [ones(2, 3, 4), ones([2], dtype: ScalarType.Int64, device: META)],
            (op, x) => call(op, x[0], x[1], 0)),
    ];

    /// <summary>Of all that, and of labels and their lengths.</summary>
    public static IEnumerable<BadInput<TOp>> OfTargets<TOp>(Action<TOp, Tensor, Tensor, Tensor?, Tensor?, long> call)
        where TOp : Delegate =>
    [
        .. OfFrames<TOp>((op, scores, lengths, blank) =>
        {
            using var targets = ones([2, 1], dtype: ScalarType.Int64);
            call(op, scores, targets, lengths, null, blank);
        }),
        new("null for targets", "targets", () => [ones(2, 3, 4)], (op, x) => call(op, x[0], null!, null, null, 0)),
        new("labels put end to end", "targets", () => [ones(2, 3, 4), Longs(1, 2)], (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("labels for another batch", "targets", () => [ones(2, 3, 4), Longs(1, 2, 3).reshape(3, 1)],
            (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("real labels", "targets", () => [ones(2, 3, 4), ones(2, 1)], (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("labels on another device", "targets", () => [ones(2, 3, 4), ones([2, 1], dtype: ScalarType.Int64, device: META)],
            (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("a label that is no class", "targets", () => [ones(2, 3, 4), Longs(1, 4).reshape(2, 1)],
            (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("a negative label", "targets", () => [ones(2, 3, 4), Longs(-1, 1).reshape(2, 1)],
            (op, x) => call(op, x[0], x[1], null, null, 0)),
        new("the blank as a label", "targets", () => [ones(2, 3, 4), Longs(1, 2).reshape(2, 1)],
            (op, x) => call(op, x[0], x[1], null, null, 2)),
        new("more labels than there are", "targetLengths", () => [ones(2, 3, 4), Longs(1, 2).reshape(2, 1), Longs(1, 2)],
            (op, x) => call(op, x[0], x[1], null, x[2], 0)),
        new("lengths of labels of another shape", "targetLengths", () => [ones(2, 3, 4), Longs(1, 2).reshape(2, 1), Longs(1)],
            (op, x) => call(op, x[0], x[1], null, x[2], 0)),
    ];

    private static Tensor Longs(params long[] values) => tensor(values);
}
