using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>What the ops over alignments are given, checked.</summary>
internal static class CtcShapes
{
    /// <summary>Scores, and how many of their frames count.</summary>
    public static (long Batch, long Frames, long Classes) RequireFrames(Tensor logProbs, Tensor? inputLengths, long blank)
    {
        Require.FloatingPoint(logProbs);
        if (logProbs.shape is not [var batch, var frames, var classes] || classes == 0)
            throw Require.BadShape(logProbs, "[B, T, K] with K >= 1");
        if (blank < 0 || blank >= classes)
            throw new ArgumentOutOfRangeException(nameof(blank), blank, $"Must be a class, in [0, {classes}).");
        if (inputLengths is not null)
            RequireLengths(inputLengths, logProbs, batch, frames, nameof(inputLengths));
        return (batch, frames, classes);
    }

    /// <summary>Labels to lay along the frames.</summary>
    public static void RequireTargets(
        Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank)
    {
        var (batch, _, classes) = RequireFrames(logProbs, inputLengths, blank);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.shape is not [var rows, var labels] || rows != batch)
            throw Require.BadShape(targets, $"[{batch}, U]");
        if (targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(targets)} must be labels of dtype Int64, got {targets.dtype}.", nameof(targets));
        Require.SameDevice(targets, logProbs);
        if (targetLengths is not null)
            RequireLengths(targetLengths, logProbs, batch, labels, nameof(targetLengths));
        if (targets.device_type != DeviceType.CPU || targets.numel() == 0)
            return;

        using var scope = NewDisposeScope();
        var wrong = (targets < 0).logical_or(targets >= classes).logical_or(targets == blank);
        if (targetLengths is not null)
            wrong = wrong.logical_and(arange(labels) < targetLengths.unsqueeze(1));
        if (wrong.any().ToBoolean())
            throw new ArgumentException(
                $"{nameof(targets)} must lie in [0, {classes}) and not be the blank, {blank}, got {targets[wrong][0].ToInt64()}.",
                nameof(targets));
    }

    /// <summary>The lengths given, or that of everything.</summary>
    public static Tensor LengthsOrAll(Tensor? lengths, long all, Tensor like) =>
        lengths ?? full([like.size(0)], all, dtype: ScalarType.Int64, device: like.device);

    private static void RequireLengths(Tensor lengths, Tensor like, long batch, long most, string name)
    {
        Require.Shape(lengths, [batch], name);
        if (lengths.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be of dtype Int64, got {lengths.dtype}.", name);
        Require.SameDevice(lengths, like, name, "logProbs");
        if (lengths.device_type != DeviceType.CPU || lengths.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (lengths < 0).logical_or(lengths > most);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must lie in [0, {most}], got {lengths[outside][0].ToInt64()}.", name);
    }
}
