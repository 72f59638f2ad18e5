namespace Lab.Core.Pairings;

/// <summary>What reaches a loss: the output of a head after its activation.</summary>
public enum OutputKind
{
    /// <summary>Numbers of a last layer, whose head was not named.</summary>
    Raw,

    /// <summary>One unbounded number per class or label, <c>[B, K, ...]</c>.</summary>
    Logits,

    /// <summary>One unbounded number per example, <c>[B]</c>.</summary>
    Number,

    /// <summary>Numbers that are not negative: after exp, softplus or ReLU.</summary>
    Positive,

    /// <summary>Probabilities that sum to 1 over the classes: after softmax.</summary>
    Probabilities,

    /// <summary>Logarithms of the above: after log-softmax.</summary>
    LogProbabilities,

    /// <summary>Probabilities that do not depend on each other: after sigmoid.</summary>
    LabelProbabilities,

    /// <summary>Logarithms of the above: after log-sigmoid.</summary>
    LogLabelProbabilities,

    /// <summary>The mean and variance of a Gaussian.</summary>
    MeanAndVariance,

    /// <summary>One answer per level, in order.</summary>
    Quantiles,

    /// <summary>A score, and the thresholds that cut its scale into classes.</summary>
    OrdinalScores,

    /// <summary>Vectors of length 1.</summary>
    UnitVectors,
}

/// <summary>Kinds of output in words.</summary>
internal static class OutputKinds
{
    public static string Text(this OutputKind kind) => kind switch
    {
        OutputKind.Raw => "the raw numbers of a last layer",
        OutputKind.Logits => "logits, one per class or label",
        OutputKind.Number => "one number per example",
        OutputKind.Positive => "numbers that cannot be negative",
        OutputKind.Probabilities => "probabilities that sum to 1",
        OutputKind.LogProbabilities => "log-probabilities",
        OutputKind.LabelProbabilities => "probabilities that do not depend on each other",
        OutputKind.LogLabelProbabilities => "logarithms of probabilities that do not depend on each other",
        OutputKind.MeanAndVariance => "a mean and a variance",
        OutputKind.Quantiles => "quantiles in order",
        OutputKind.OrdinalScores => "a score and thresholds",
        OutputKind.UnitVectors => "vectors of length 1",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of output."),
    };
}
