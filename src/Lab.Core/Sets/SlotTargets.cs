using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>The entities of a batch of sentences, of which each has a number of its own: padded to one length. They may touch, lie in each other, or
/// overlap.</summary>
public sealed record SlotTargets
{
    /// <summary>Takes padded tensors.</summary>
    /// <param name="types">The type of each entity, <c>[B, M]</c>, int64, in <c>[0, K)</c>.</param>
    /// <param name="starts">Its first token, <c>[B, M]</c>, int64, from 0.</param>
    /// <param name="ends">Its last token, <c>[B, M]</c>, int64, not before its first.</param>
    /// <param name="counts">How many entities each sentence has, <c>[B]</c>, int64, from 0 to M; what stands behind them counts nowhere.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a span that ends before it
    /// starts.</exception>
    public SlotTargets(Tensor types, Tensor starts, Tensor ends, Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(types);
        if (types.shape is not [var B, var M])
            throw Require.BadShape(types, "[B, M]");
        RequireNumbers(types, [B, M], types, nameof(types));
        RequireNumbers(starts, [B, M], types, nameof(starts));
        RequireNumbers(ends, [B, M], types, nameof(ends));
        RequireNumbers(counts, [B], types, nameof(counts));
        Require.Between(counts, 0, M);
        (Types, Starts, Ends, Counts) = (types, starts, ends, counts);
        RequireSpans(starts, ends);
    }

    /// <summary><c>[B, M]</c>, int64.</summary>
    public Tensor Types { get; }

    /// <summary><c>[B, M]</c>, int64.</summary>
    public Tensor Starts { get; }

    /// <summary><c>[B, M]</c>, int64.</summary>
    public Tensor Ends { get; }

    /// <summary><c>[B]</c>, int64.</summary>
    public Tensor Counts { get; }

    /// <summary>Which places hold an entity, <c>[B, M]</c>, made in the caller's scope.</summary>
    internal Tensor Valid() => arange(Types.size(1), ScalarType.Int64, Types.device) < Counts.unsqueeze(1);

    private static void RequireNumbers(Tensor numbers, ReadOnlySpan<long> shape, Tensor types, string name)
    {
        ArgumentNullException.ThrowIfNull(numbers, name);
        if (numbers.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be of dtype Int64, got {numbers.dtype}.", name);
        Require.Shape(numbers, shape, name);
        Require.SameDevice(numbers, types, name, nameof(types));
    }

    private void RequireSpans(Tensor starts, Tensor ends)
    {
        if (starts.device_type != DeviceType.CPU || starts.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var valid = Valid();
        if ((starts < 0).logical_and(valid).any().ToBoolean())
            throw new ArgumentException($"starts must be 0 or more, got {starts[(starts < 0).logical_and(valid)][0].ToInt64()}.", nameof(starts));
        var wrong = (ends < starts).logical_and(valid);
        if (wrong.any().ToBoolean())
            throw new ArgumentException(
                $"ends must not be before starts, got a span from {starts[wrong][0].ToInt64()} to {ends[wrong][0].ToInt64()}.", nameof(ends));
    }
}
