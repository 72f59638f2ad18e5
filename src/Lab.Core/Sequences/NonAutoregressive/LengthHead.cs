using Lab.Core.Activations;
using Lab.Core.Heads;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences.NonAutoregressive;

/// <summary>Lengths to try for each example, the most probable first.</summary>
/// <param name="Lengths"><c>[B, L]</c>, int64; -1 where fewer than L lengths are possible.</param>
/// <param name="LogProbs">Their log-probabilities among all that are possible, <c>[B, L]</c>; -∞ where there is none.</param>
public sealed record LengthCandidates(Tensor Lengths, Tensor LogProbs);

/// <summary>Predicts how long an answer will be, which a decoder that writes all at once must know first.</summary>
/// <remarks>
/// <para>Formula: one logit for each difference between target and source length, from -M to M. Answers are about as long as
/// questions, times some factor; a class per length itself would have to learn that for each length anew.</para>
/// <para>Training: <c>Loss.CrossEntropy(logits, head.Classes(sourceLengths, targetLengths))</c>. Decoding: fill the
/// <see cref="Candidates"/>, and keep the one that is the most probable by token.</para>
/// <para>State: <c>classify.weight</c> <c>[2M + 1, D]</c> and <c>classify.bias</c> <c>[2M + 1]</c>. Source: Gu et al. 2018; Ghazvininejad et
/// al. 2019, section 3.4.</para>
/// </remarks>
public sealed class LengthHead : Module<Tensor, Tensor>
{
    private readonly Linear classify;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="reach">M, the greatest difference, 0 or more.</param>
    /// <exception cref="ArgumentException">A width that is not positive, or a negative reach.</exception>
    public LengthHead(long width, long reach) : base(nameof(LengthHead))
    {
        Require.Positive(width);
        if (reach < 0)
            throw new ArgumentOutOfRangeException(nameof(reach), reach, "Must be 0 or more.");
        Reach = reach;
        classify = Linear(width, 2 * reach + 1);
        RegisterComponents();
    }

    /// <summary>M: class c stands for the difference c - M.</summary>
    public long Reach { get; }

    /// <summary>Maps features of the whole input, such as the mean of an encoder's states, to logits.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Unnormalised scores of differences, <c>[..., 2M + 1]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, classify);
        return classify.call(features);
    }

    /// <summary>The classes to train on: the difference of the lengths; one past the reach counts as the reach.</summary>
    /// <param name="sourceLengths">Any shape, int64.</param>
    /// <param name="targetLengths">The same shape, int64.</param>
    /// <returns>Classes in <c>[0, 2M]</c>, the same shape, int64.</returns>
    /// <exception cref="ArgumentException">Another dtype or shape.</exception>
    public Tensor Classes(Tensor sourceLengths, Tensor targetLengths)
    {
        RequireWhole(sourceLengths, nameof(sourceLengths));
        RequireWhole(targetLengths, nameof(targetLengths));
        Require.Shape(targetLengths, sourceLengths.shape);
        Require.SameDevice(targetLengths, sourceLengths);

        using var scope = NewDisposeScope();
        return ((targetLengths - sourceLengths).clamp(-Reach, Reach) + Reach).MoveToOuterDisposeScope();
    }

    /// <summary>The most probable lengths, of those that are at least 1.</summary>
    /// <param name="logits">What the head put out, <c>[B, 2M + 1]</c>.</param>
    /// <param name="sourceLengths"><c>[B]</c>, int64.</param>
    /// <param name="count">L, how many to give, 1 or more.</param>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public LengthCandidates Candidates(Tensor logits, Tensor sourceLengths, int count)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var batch, var differences] || differences != 2 * Reach + 1)
            throw Require.BadShape(logits, $"[B, {2 * Reach + 1}]");
        RequireWhole(sourceLengths, nameof(sourceLengths));
        Require.Shape(sourceLengths, [batch]);
        Require.SameDevice(sourceLengths, logits);
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, "Must be 1 or more.");

        using var scope = NewDisposeScope();
        var lengths = sourceLengths.unsqueeze(1) + arange(-Reach, Reach + 1, device: logits.device);    // [B, 2M + 1]
        var possible = logits.detach().masked_fill(lengths < 1, double.NegativeInfinity);
        var logProbs = (possible - Activation.LogSumExp(possible, 1, keepdim: true)).masked_fill(lengths < 1, double.NegativeInfinity);
        if (count > differences)
        {
            var nothing = full([batch, count - differences], -1L, dtype: ScalarType.Int64, device: logits.device);
            (lengths, logProbs) = (cat([lengths, nothing], 1), cat([logProbs, full_like(nothing, double.NegativeInfinity, dtype: logProbs.dtype)], 1));
        }
        var (sorted, order) = logProbs.sort(1, true, true);
        var best = sorted.narrow(1, 0, count);
        var found = lengths.gather(1, order.narrow(1, 0, count)).masked_fill(best.isneginf(), -1);
        return new(found.MoveToOuterDisposeScope(), best.clone().MoveToOuterDisposeScope());
    }

    private static void RequireWhole(Tensor lengths, string name)
    {
        ArgumentNullException.ThrowIfNull(lengths, name);
        if (lengths.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be of dtype Int64, got {lengths.dtype}.", name);
    }
}
