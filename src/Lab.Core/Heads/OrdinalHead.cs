using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>One score per example, and the thresholds that cut the scale of the scores into classes.</summary>
/// <param name="Scores">s, <c>[...]</c>: higher means a higher class.</param>
/// <param name="Thresholds">θ, not decreasing, <c>[K - 1]</c>, the same for all examples.</param>
public sealed record OrdinalOutput(Tensor Scores, Tensor Thresholds)
{
    /// <summary>The probability of each class, <c>[..., K]</c>: <see cref="Activation.OrdinalProbabilities"/>.</summary>
    public Tensor Probabilities() => Activation.OrdinalProbabilities(Scores, Thresholds);

    /// <summary>
    /// The middle class, <c>[...]</c>, int64: the lowest one that the truth is as likely at or below as above, which is the
    /// number of thresholds below the score. It makes the smallest error in steps; for the fewest errors of any
    /// size take the argmax of <see cref="Probabilities"/>.
    /// </summary>
    public Tensor Predict()
    {
        using var scope = NewDisposeScope();
        return (Scores.detach().unsqueeze(-1) > Thresholds.detach()).sum(-1, type: ScalarType.Int64).MoveToOuterDisposeScope();
    }
}

/// <summary>The head for classes in order (one star to five, never to always): one score, and thresholds that are learned.</summary>
/// <remarks>
/// <para>Formula: <c>s = w·x</c>, <c>θ = Ascending(c)</c>, and <c>P(y ≤ k) = σ(θ[k] - s)</c>. A softmax head does not know that a 4
/// is closer to a 5 than a 1 is; a scalar head takes the steps for equally wide. This one learns where each step is.</para>
/// <para>The score has no bias: adding a number to it and to all thresholds changes nothing. At the start the thresholds
/// lie so that a score of 0 gives all classes the same probability.</para>
/// <para>The output goes to <see cref="Losses.Loss.OrdinalNegativeLogLikelihood"/>.</para>
/// <para>State: <c>score.weight</c> <c>[1, D]</c> and <c>cuts</c> <c>[K - 1]</c>, the numbers that are put in order: D + K - 1.
/// Source: McCullagh 1980.</para>
/// </remarks>
public sealed class OrdinalHead : Module<Tensor, OrdinalOutput>
{
    private readonly Linear score;
    private readonly Parameter cuts;

    /// <summary>Makes a head with the library's starting weights, and thresholds between equally likely classes.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="classes">Classes K, 2 or more.</param>
    /// <exception cref="ArgumentException">A width that is not positive, or fewer than two classes.</exception>
    public OrdinalHead(long width, long classes) : base(nameof(OrdinalHead))
    {
        Require.Positive(width);
        if (classes < 2)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Must be 2 or more.");

        score = Linear(width, 1, hasBias: false);
        cuts = (Parameter)new Parameter(tensor(EvenCuts((int)classes), dtype: score.weight!.dtype)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>θ, <c>[K - 1]</c>, in order.</summary>
    public Tensor Thresholds() => Activation.Ascending(cuts);

    /// <summary>Maps features to scores, and tells the thresholds.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Scores <c>[...]</c> and thresholds <c>[K - 1]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override OrdinalOutput forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, score);

        using var scope = NewDisposeScope();
        return new(score.call(features).squeeze(-1).MoveToOuterDisposeScope(), Thresholds().MoveToOuterDisposeScope());
    }

    /// <summary>What <see cref="Activation.Ascending"/> turns into the log odds of 1/K, 2/K, ...</summary>
    private static double[] EvenCuts(int classes)
    {
        var odds = Enumerable.Range(1, classes - 1).Select(k => Math.Log((double)k / (classes - k))).ToArray();
        return [odds[0], .. odds.Skip(1).Zip(odds, (high, low) => Math.Log(Math.Exp(high - low) - 1))];
    }
}
