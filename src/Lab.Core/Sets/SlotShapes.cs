using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>What all ops on slots ask of their arguments, before any work.</summary>
internal static class SlotShapes
{
    public static void RequireOutput(SlotOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Require.FloatingPoint(output.Types, nameof(output));
        if (output.Types.shape is not [var B, var Q, > 1])
            throw Require.BadShape(output.Types, "[B, Q, K + 1] with K >= 1", nameof(output));
        Require.SameDtype(output.Starts, output.Types, nameof(output), "the types");
        Require.SameDevice(output.Starts, output.Types, nameof(output), "the types");
        if (output.Starts.shape is not [var again, var slots, > 0 and var T] || again != B || slots != Q)
            throw Require.BadShape(output.Starts, $"[{B}, {Q}, T] with T >= 1", nameof(output));
        Require.SameDtype(output.Ends, output.Types, nameof(output), "the types");
        Require.SameDevice(output.Ends, output.Types, nameof(output), "the types");
        Require.Shape(output.Ends, [B, Q, T], nameof(output));
    }

    public static void RequireSlots(SlotOutput output, SlotTargets targets, SlotWeights weights)
    {
        RequireOutput(output);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Types.size(0) != output.Types.size(0))
            throw Require.BadShape(targets.Types, $"[{output.Types.size(0)}, M]", nameof(targets));
        Require.SameDevice(targets.Types, output.Types, nameof(targets), "the output");
        if (!(weights.Type >= 0 && weights.Boundary >= 0 && weights.NoEntity > 0) || !double.IsFinite(weights.Type + weights.Boundary + weights.NoEntity))
            throw new ArgumentException($"weights must be finite and not negative, that of \"no entity\" positive, got {weights}.", nameof(weights));
        if (output.Types.device_type != DeviceType.CPU || targets.Types.numel() == 0)
            return;

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var valid = targets.Valid();
        RequireBelow(targets.Types, output.Types.size(2) - 1, valid, "types", nameof(targets));
        RequireBelow(targets.Ends, output.Starts.size(2), valid, "ends", nameof(targets));         // starts are no later
        RequirePossible(output.Starts, targets.Starts, valid, "starts", nameof(targets));
        RequirePossible(output.Ends, targets.Ends, valid, "ends", nameof(targets));
    }

    /// <summary>A network that has diverged must be told from one that is unsure. Looked at on the CPU only.</summary>
    public static void RequireNumbers(SlotOutput output)
    {
        RequireNumbers(output.Types, "types", nameof(output));
        RequireNumbers(output.Starts, "starts", nameof(output));
        RequireNumbers(output.Ends, "ends", nameof(output));
    }

    private static void RequireNumbers(Tensor logits, string what, string name)
    {
        if (logits.device_type != DeviceType.CPU || logits.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        if (logits.isnan().logical_or(logits.isposinf()).any().ToBoolean())
            throw new ArgumentException($"The {what} of {name} must be numbers or -∞, got NaN or +∞: the network has diverged.", name);
    }

    private static void RequireBelow(Tensor numbers, long bound, Tensor valid, string what, string name)
    {
        var outside = (numbers < 0).logical_or(numbers >= bound).logical_and(valid);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"The {what} of {name} must lie in [0, {bound}), got {numbers[outside][0].ToInt64()}.", name);
    }

    /// <summary>A token that no slot may point at, such as padding, cannot be where an entity starts: its loss would be infinite.</summary>
    private static void RequirePossible(Tensor logits, Tensor places, Tensor valid, string what, string name)
    {
        if (logits.size(1) == 0)
            return;
        var at = places.masked_fill(valid.logical_not(), 0).unsqueeze(1).expand(-1, logits.size(1), -1);
        var never = logits.gather(2, at).isneginf().all(1).logical_and(valid);
        if (never.any().ToBoolean())
            throw new ArgumentException(
                $"The {what} of {name} must be tokens that slots may point at, got {places[never][0].ToInt64()}, which is masked.", name);
    }
}
