using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

/// <summary>
/// Sequences by a hidden plan: first one of Z plans is drawn from p(z | x), then every token independently of the others from
/// p(y[t] | z, x). Given the plan all tokens are written at once; over all plans they depend on each other.
/// </summary>
public static partial class LatentPlan
{
    /// <summary>How probable a sequence is, over all plans.</summary>
    /// <remarks>
    /// <para>Formula: <c>log p(y | x) = log Σ_z p(z | x)·Π_t p(y[t] | z, x)</c>, with p(z | x) and p(y[t] | z, x) by softmax.</para>
    /// <para>Gradient: that of <c>log p(z, y | x)</c>, averaged over the <see cref="PlanPosterior"/>: each plan learns from the
    /// sequences that it explains. Train on the negative.</para>
    /// <para>Numerics: sums of logarithms. A token that every plan rules out (logit -∞) gives -∞, with gradient 0.</para>
    /// <para>Oracle: <c>cross_entropy</c> for every plan.</para>
    /// </remarks>
    /// <param name="planLogits">Scores of plans, <c>[B, Z]</c> with Z >= 1, floating point.</param>
    /// <param name="tokenLogits">Scores of tokens under each plan, <c>[B, Z, T, V]</c>, the dtype of
    /// <paramref name="planLogits"/>.</param>
    /// <param name="targets">Tokens y in <c>[0, V)</c>, <c>[B, T]</c>, int64; what stands behind an example's length is not looked
    /// at.</param>
    /// <param name="lengths">How many tokens count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <returns>Nats per example, <c>[B]</c>, not positive.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a token or a length
    /// outside.</exception>
    public static Tensor MarginalLogLikelihood(Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor? lengths = null)
    {
        RequirePlans(planLogits, tokenLogits, targets, lengths);

        using var scope = NewDisposeScope();
        return Activation.LogSumExp(Joint(planLogits, tokenLogits, targets, lengths), 1).MoveToOuterDisposeScope();
    }

    /// <summary>log p(z, y | x), <c>[B, Z]</c>.</summary>
    private static Tensor Joint(Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor? lengths)
    {
        var (batch, plans, positions) = (tokenLogits.size(0), tokenLogits.size(1), tokenLogits.size(2));
        var absent = PositionShapes.Valid(lengths, batch, positions, targets.device).logical_not();     // [B, T]
        var logProbs = Activation.LogSoftmax(tokenLogits.masked_fill(absent.reshape(batch, 1, positions, 1), 0), 3);
        var index = targets.masked_fill(absent, 0).reshape(batch, 1, positions, 1).expand(batch, plans, positions, 1);
        var picked = logProbs.gather(3, index).squeeze(3).masked_fill(absent.unsqueeze(1), 0);           // [B, Z, T]
        return Activation.LogSoftmax(planLogits, 1) + picked.sum(2);
    }

    private static void RequirePlans(Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor? lengths)
    {
        Require.FloatingPoint(planLogits);
        if (planLogits.shape is not [var batch, > 0 and var plans])
            throw Require.BadShape(planLogits, "[B, Z] with Z >= 1");
        Require.FloatingPoint(tokenLogits);
        if (tokenLogits.shape is not [var rows, var columns, var positions, > 0 and var vocabulary] || rows != batch || columns != plans)
            throw Require.BadShape(tokenLogits, $"[{batch}, {plans}, T, V] with V >= 1");
        Require.SameDtype(tokenLogits, planLogits);
        Require.SameDevice(tokenLogits, planLogits);
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, [batch, positions]);
        if (targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(targets)} must be tokens of dtype Int64, got {targets.dtype}.", nameof(targets));
        Require.SameDevice(targets, planLogits);
        if (lengths is not null)
        {
            PositionShapes.RequireLengths(lengths, batch, 0, positions, nameof(lengths));
            Require.SameDevice(lengths, planLogits);
        }
        if (targets.device_type != DeviceType.CPU || targets.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var wrong = (targets < 0).logical_or(targets >= vocabulary)
            .logical_and(PositionShapes.Valid(lengths, batch, positions, targets.device));
        if (wrong.any().ToBoolean())
            throw new ArgumentException(
                $"{nameof(targets)} must lie in [0, {vocabulary}), got {targets[wrong][0].ToInt64()}.", nameof(targets));
    }
}
