using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.NonAutoregressive;

public static partial class LatentPlan
{
    /// <summary>Which plan a sequence was written by, as log-probabilities.</summary>
    /// <remarks>
    /// <para>Formula: <c>log p(z | x, y) = log p(z, y | x) - log p(y | x)</c>.</para>
    /// <para>Gradient: that of a log-softmax over plans.</para>
    /// <para>Numerics: sums of logarithms. A plan that rules a token out has -∞; where all do, all have NaN: there is no such
    /// sequence.</para>
    /// <para>Oracle: <c>cross_entropy</c> for every plan.</para>
    /// </remarks>
    /// <param name="planLogits">Scores of plans, <c>[B, Z]</c> with Z >= 1, floating point.</param>
    /// <param name="tokenLogits">Scores of tokens under each plan, <c>[B, Z, T, V]</c>, the dtype of
    /// <paramref name="planLogits"/>.</param>
    /// <param name="targets">Tokens y in <c>[0, V)</c>, <c>[B, T]</c>, int64.</param>
    /// <param name="lengths">How many tokens count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <returns>Log-probabilities, <c>[B, Z]</c>.</returns>
    /// <exception cref="ArgumentException">As for <see cref="MarginalLogLikelihood"/>.</exception>
    public static Tensor PlanPosterior(Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor? lengths = null)
    {
        RequirePlans(planLogits, tokenLogits, targets, lengths);

        using var scope = NewDisposeScope();
        return Activation.LogSoftmax(Joint(planLogits, tokenLogits, targets, lengths), 1).MoveToOuterDisposeScope();
    }
}
