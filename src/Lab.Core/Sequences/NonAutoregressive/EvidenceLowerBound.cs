using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

public static partial class LatentPlan
{
    /// <summary>A lower bound of the log-likelihood, from any guess q of the plan: the ELBO.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ_z q(z)·(log p(z, y | x) - log q(z)) = log p(y | x) - KL(q || p(z | x, y))</c>. It equals
    /// <see cref="MarginalLogLikelihood"/> where q is the <see cref="PlanPosterior"/>, and only there. With too many plans to sum
    /// over, it is what can still be estimated from samples of q, and trained on.</para>
    /// <para>Gradient: in the model that of <c>log p(z, y | x)</c>, averaged over q; in q towards the posterior.</para>
    /// <para>Numerics: <c>0·log 0</c> is 0: a plan that q rules out counts nowhere. A plan that q takes for possible and that the
    /// model rules out gives -∞.</para>
    /// <para>Oracle: a loop over plans. Source: Jordan et al. 1999; Kingma and Welling 2014.</para>
    /// </remarks>
    /// <param name="planLogits">Scores of plans, <c>[B, Z]</c> with Z >= 1, floating point.</param>
    /// <param name="tokenLogits">Scores of tokens under each plan, <c>[B, Z, T, V]</c>, the dtype of
    /// <paramref name="planLogits"/>.</param>
    /// <param name="targets">Tokens y in <c>[0, V)</c>, <c>[B, T]</c>, int64.</param>
    /// <param name="guessLogits">Scores of the plans under q, which is their softmax, <c>[B, Z]</c>, the same dtype. -∞ rules one
    /// out.</param>
    /// <param name="lengths">How many tokens count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <returns>Nats per example, <c>[B]</c>, not positive.</returns>
    /// <exception cref="ArgumentException">As for <see cref="MarginalLogLikelihood"/>, or a guess of another shape, dtype or
    /// device.</exception>
    public static Tensor EvidenceLowerBound(
        Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor guessLogits, Tensor? lengths = null)
    {
        RequirePlans(planLogits, tokenLogits, targets, lengths);
        Require.FloatingPoint(guessLogits);
        Require.Shape(guessLogits, planLogits.shape);
        Require.SameDtype(guessLogits, planLogits);
        Require.SameDevice(guessLogits, planLogits);

        using var scope = NewDisposeScope();
        var logGuess = Activation.LogSoftmax(guessLogits, 1);
        var never = logGuess.isneginf();
        var gap = Joint(planLogits, tokenLogits, targets, lengths).masked_fill(never, 0) - logGuess.masked_fill(never, 0);
        return (logGuess.exp() * gap).sum(1).MoveToOuterDisposeScope();
    }
}
