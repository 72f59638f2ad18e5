using Lab.Core.Runtime;
using Lab.Core.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>What pointer networks need beside their head.</summary>
public static class Pointing
{
    /// <summary>Which places have not been pointed at before each step: with them as a mask, an output is a permutation.</summary>
    /// <remarks>
    /// <para>Formula: <c>mask[b, t, s] = s is none of targets[b, 0], ..., targets[b, t - 1]</c>.</para>
    /// <para>Gradient: none. Oracle: loops.</para>
    /// </remarks>
    /// <param name="targets">The places pointed at, in order, <c>[B, T]</c>, int64, in [0, S); negative ones (padding) use nothing.</param>
    /// <param name="places">S, positive.</param>
    /// <returns><c>[B, T, S]</c>, boolean.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a place beyond S.</exception>
    public static Tensor Unused(Tensor targets, long places)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.shape is not [_, _])
            throw Require.BadShape(targets, "[B, T]");
        if (targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(targets)} must be places of dtype Int64, got {targets.dtype}.", nameof(targets));
        Require.Positive(places);
        if (targets.device_type == DeviceType.CPU && targets.numel() > 0)
        {
            using var most = targets.max();
            if (most.ToInt64() >= places)
                throw new ArgumentException($"{nameof(targets)} must be below {places}, got {most.ToInt64()}.", nameof(targets));
        }

        using var scope = NewDisposeScope();
        var hits = (targets.unsqueeze(2) == arange(places, device: targets.device)).to(ScalarType.Int64);      // [B, T, S]
        return (hits.cumsum(1) - hits).eq(0).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// A pointer network as the decoding strategies see it: a vocabulary of S places and, as token S, the end, which is legal when all places have been
/// pointed at and not before. So <c>Decode.Greedy</c> and <c>Decode.Beam</c> put out permutations.
/// </summary>
/// <param name="head">Points.</param>
/// <param name="next">From the vector of the place pointed at last <c>[N, D]</c> (zeros at first) and the hidden state <c>[N, Q]</c> to the next one.</param>
public sealed class PointerModel(PointerHead head, Func<Tensor, Tensor, Tensor> next) : IDecoderModel
{
    /// <summary>The state before the first step.</summary>
    /// <param name="places">What is pointed at, <c>[N, S, D]</c>.</param>
    /// <param name="hidden">The hidden state, <c>[N, Q]</c>.</param>
    /// <exception cref="ArgumentException">Shapes other than those above.</exception>
    public static IDecoderState Start(Tensor places, Tensor hidden)
    {
        Require.FloatingPoint(places);
        Require.FloatingPoint(hidden);
        if (places.shape is not [var rows, > 0 and var count, _])
            throw Require.BadShape(places, "[N, S, D] with S >= 1");
        if (hidden.shape is not [var again, _] || again != rows)
            throw Require.BadShape(hidden, $"[{rows}, Q]");
        return new TensorState(places.detach().clone(), hidden.detach().clone(), ones([rows, count], ScalarType.Bool, places.device));
    }

    /// <inheritdoc/>
    public DecoderStep Step(Tensor tokens, IDecoderState state)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (state is not TensorState { Tensors: [var places, var hidden, var unused] })
            throw new ArgumentException($"state must come from {nameof(Start)}, got {state?.GetType().Name ?? "null"}.", nameof(state));
        using var scope = NewDisposeScope();
        var count = places.size(1);
        var chosen = tokens.unsqueeze(1) == arange(count, device: places.device);                  // [N, S]; none for BOS and EOS
        var last = (places * chosen.unsqueeze(2).to(places.dtype)).sum(1);
        var left = unused.logical_and(chosen.logical_not());
        var after = next(last, hidden);
        var scores = head.call(after.unsqueeze(1), places, left.unsqueeze(1)).squeeze(1);          // [N, S]
        var end = zeros([tokens.size(0), 1], scores.dtype, scores.device).masked_fill(left.any(1, keepdim: true), double.NegativeInfinity);
        return new(cat([scores, end], 1).MoveToOuterDisposeScope(), new TensorState(places.alias(), after, left));
    }
}
