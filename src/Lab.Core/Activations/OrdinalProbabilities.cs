using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>The probabilities of K classes in order, given one score and the thresholds that cut its scale.</summary>
    /// <remarks>
    /// <para>Formula: <c>P(y ≤ k) = σ(θ[k] - s)</c>, so <c>p[k] = σ(θ[k] - s) - σ(θ[k - 1] - s)</c> with <c>θ[-1] = -∞</c> and
    /// <c>θ[K - 1] = ∞</c>: proportional odds, as a step of the score shifts all log odds alike.</para>
    /// <para>Gradient: <c>∂p[k]/∂s = σ'(θ[k - 1] - s) - σ'(θ[k] - s)</c>; over the classes it sums to 0.</para>
    /// <para>Numerics: the difference is never taken. It equals <c>σ(a)·σ(-b)·(1 - exp(b - a))</c> for the two ends
    /// <c>a > b</c>, which keeps its digits where both sigmoids round to 1. To train, use
    /// <see cref="Losses.Loss.OrdinalNegativeLogLikelihood"/>.</para>
    /// <para>Library op: none; differences of <c>sigmoid</c>. Source: McCullagh 1980.</para>
    /// </remarks>
    /// <param name="scores">s, any shape, floating point: higher means a higher class.</param>
    /// <param name="thresholds">θ, not decreasing, <c>[K - 1]</c>, the dtype of <paramref name="scores"/>.</param>
    /// <returns>Distributions, <c>[..., K]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) thresholds out of
    /// order.</exception>
    public static Tensor OrdinalProbabilities(Tensor scores, Tensor thresholds)
    {
        var classes = OrdinalShapes.RequireCuts(scores, thresholds);

        using var scope = NewDisposeScope();
        var above = scores.unsqueeze(-1) - thresholds;                    // [..., K - 1], log odds of being above
        var (up, down) = (Sigmoid(above), Sigmoid(-above));
        var width = -(-thresholds.diff()).expm1();                        // [K - 2], 1 - exp(b - a)
        var inner = down.narrow(-1, 1, classes - 2) * up.narrow(-1, 0, classes - 2) * width;
        return cat([down.narrow(-1, 0, 1), inner, up.narrow(-1, classes - 2, 1)], -1).MoveToOuterDisposeScope();
    }
}
