using Lab.Core.Losses;
using static Lab.Core.Pairings.OutputKind;

namespace Lab.Core.Pairings;

/// <summary>The losses, heads and activations that the registry knows.</summary>
internal static class Entries
{
    public static readonly IReadOnlyList<LossEntry> Losses =
    [
        new(nameof(Loss.CrossEntropy), [Raw, Logits], [TargetKind.Indices, TargetKind.SoftLabels],
            "It applies log-softmax itself and so wants logits; the classes exclude each other.",
            "Loss.CrossEntropy(logits, targets)", "CrossEntropyLoss", "cross_entropy", "CE"),
        new(nameof(Loss.NegativeLogLikelihood), [LogProbabilities], [TargetKind.Indices],
            "It only picks the true class's log-probability, so log-softmax must have made it one.",
            "Loss.NegativeLogLikelihood(Activation.LogSoftmax(logits, 1), targets)", "NLLLoss", "nll_loss", "NLL"),
        new(nameof(Loss.Focal), [Raw, Logits], [TargetKind.Indices],
            "It applies log-softmax itself, and counts examples that are right already for little.",
            "Loss.Focal(logits, targets)", "FocalLoss"),
        new(nameof(Loss.KullbackLeibler), [Raw, Logits], [TargetKind.SoftLabels],
            "It applies log-softmax itself and compares two distributions, a teacher's and the model's.",
            "Loss.KullbackLeibler(logits, distributions)", "KL"),
        new(nameof(Loss.BinaryCrossEntropyWithLogits), [Raw, Logits, Number], [TargetKind.MultiHot, TargetKind.Binary],
            "It applies the sigmoid itself and so wants logits; each label is a question of its own.",
            "Loss.BinaryCrossEntropyWithLogits(logits, labels)", "BCEWithLogitsLoss", "binary_cross_entropy_with_logits", "BCEWithLogits"),
        new(nameof(Loss.SigmoidFocal), [Raw, Logits, Number], [TargetKind.MultiHot, TargetKind.Binary],
            "It applies the sigmoid itself, and counts labels that are right already for little.",
            "Loss.SigmoidFocal(logits, labels)", "sigmoid_focal_loss"),
        new(nameof(Loss.BinaryCrossEntropy), [LabelProbabilities], [TargetKind.MultiHot, TargetKind.Binary],
            "It compares probabilities that are there already with yes or no, label by label.",
            "Loss.BinaryCrossEntropy(Activation.Sigmoid(logits), labels)", "BCELoss", "binary_cross_entropy", "BCE"),
        new(nameof(Loss.SquaredError), [Raw, Number], [TargetKind.Real, TargetKind.Scores],
            "Its best constant answer is the mean, and any real number is a legal answer.",
            "Loss.SquaredError(predictions, targets)", "MSELoss", "mse_loss", "MSE", "L2"),
        new(nameof(Loss.AbsoluteError), [Raw, Number], [TargetKind.Real, TargetKind.Scores],
            "Its best constant answer is the median: one target far off does not move it.",
            "Loss.AbsoluteError(predictions, targets)", "L1Loss", "l1_loss", "MAE", "L1"),
        new(nameof(Loss.Huber), [Raw, Number], [TargetKind.Real, TargetKind.Scores],
            "It is squared error for small mistakes and absolute error for large ones.",
            "Loss.Huber(predictions, targets)", "HuberLoss", "huber_loss"),
        new(nameof(Loss.SmoothL1), [Raw, Number], [TargetKind.Real, TargetKind.Scores],
            "It is Huber's loss divided by its width.",
            "Loss.SmoothL1(predictions, targets)", "SmoothL1Loss", "smooth_l1_loss"),
        new(nameof(Loss.SquaredLogError), [Raw, Number], [TargetKind.Decades],
            "It reads the output as a logarithm, so that being off by a tenth costs the same at $2 and at $1000.",
            "Loss.SquaredLogError(logPredictions, targets)", "MSLELoss", "MSLE"),
        new(nameof(Loss.Quantile), [Raw, Number], [TargetKind.Real, TargetKind.Decades, TargetKind.Counts, TargetKind.Scores],
            "Its best constant answer is the quantile of its level: too low and too high cost differently.",
            "Loss.Quantile(predictions, targets, level: 0.9)", "PinballLoss", "pinball"),
        new(nameof(Loss.Quantiles), [OutputKind.Quantiles], [TargetKind.Real, TargetKind.Decades, TargetKind.Counts, TargetKind.Scores],
            "It judges each of several answers at its own level.",
            "Loss.Quantiles(quantiles, targets, head.Levels)"),
        new(nameof(Loss.GaussianNegativeLogLikelihood), [MeanAndVariance], [TargetKind.Real, TargetKind.Scores],
            "It weighs each error by the variance that the model admits to.",
            "Loss.GaussianNegativeLogLikelihood(output.Mean, output.Variance, targets)", "GaussianNLLLoss", "gaussian_nll_loss", "GaussianNLL"),
        new(nameof(Loss.PoissonNegativeLogLikelihood), [Raw, Number], [TargetKind.Counts],
            "It reads the output as the logarithm of a rate, so any real number is a legal answer.",
            "Loss.PoissonNegativeLogLikelihood(logRates, counts)", "PoissonNLLLoss", "poisson_nll_loss", "PoissonNLL", "Poisson"),
        new(nameof(Loss.PearsonDistance), [Raw, Number], [TargetKind.Scores, TargetKind.Real],
            "It asks for the right order and spacing in a batch, and says nothing of offset and scale.",
            "Loss.PearsonDistance(predictions, scores)", "Pearson"),
        new(nameof(Loss.OrdinalNegativeLogLikelihood), [OrdinalScores], [TargetKind.Ordered],
            "It reads one score and the thresholds that cut its scale: a class next to the true one is a small mistake.",
            "Loss.OrdinalNegativeLogLikelihood(output.Scores, output.Thresholds, targets)", "OrdinalNLL", "ordinal"),
        new(nameof(Loss.CosineEmbedding), [UnitVectors, Raw], [TargetKind.Matches],
            "It pulls the vectors of a pair that belongs together to cosine 1, and others below a margin.",
            "Loss.CosineEmbedding(first, second, same)", "CosineEmbeddingLoss", "cosine_embedding_loss"),
        new(nameof(Loss.Contrastive), [UnitVectors, Raw], [TargetKind.Matches],
            "It pulls the vectors of a pair that belongs together into one place, and pushes others to a distance.",
            "Loss.Contrastive(first, second, same)", "ContrastiveLoss"),
        new(nameof(Loss.Triplet), [UnitVectors, Raw], [TargetKind.Matches],
            "It asks that an example be closer to one of its own kind than to one of another, by a margin.",
            "Loss.Triplet(anchors, positives, negatives)", "TripletMarginLoss", "triplet_margin_loss"),
        new(nameof(Loss.InfoNce), [UnitVectors, Raw], [TargetKind.Matches],
            "It is a classification: which of all keys in the batch is this query's own?",
            "Loss.InfoNce(queries, keys)", "NTXent", "contrastive cross-entropy"),
        new(nameof(Loss.ArcFace), [UnitVectors, Raw], [TargetKind.Indices, TargetKind.Matches],
            "It is a cross-entropy of cosines to one direction per class, with the true one made harder by an angle.",
            "Loss.ArcFace(vectors, directions, targets)", "ArcFaceLoss"),
    ];

    /// <summary>Members of <see cref="Loss"/> that are no loss of outputs and targets, and what they are.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotLosses = new Dictionary<string, string>
    {
        [nameof(Loss.WeightedMean)] = "reduces the losses of a batch to one number",
        [nameof(Loss.ClassBalancedWeights)] = "makes weights for the classes from their counts",
        [nameof(Loss.SequenceCrossEntropy)] = "is CrossEntropy at every place of a sequence, padding left out",
        [nameof(Loss.Entropy)] = "says how undecided a model is; a term to add to a loss, without targets",
        [nameof(Loss.ScaleInvariantLog)] = "judges whole maps of depths, one number per image, with a mask of what was measured",
        [nameof(Loss.SampledSoftmax)] = "stands for CrossEntropy while a large vocabulary is trained; it takes features and the last layer's weights, and no outputs",
    };

    public static readonly IReadOnlyList<HeadEntry> Heads =
    [
        new(nameof(Core.Heads.LinearHead), Logits),
        new(nameof(Core.Heads.MultiLabelHead), Logits),
        new(nameof(Core.Heads.ScalarHead), Number),
        new(nameof(Core.Heads.HeteroscedasticHead), MeanAndVariance, "Softplus"),
        new(nameof(Core.Heads.QuantileHead), OutputKind.Quantiles, "Ascending"),
        new(nameof(Core.Heads.OrdinalHead), OrdinalScores, "Ascending"),
        new(nameof(Core.Heads.EmbeddingHead), UnitVectors, "L2Normalize"),
        new(nameof(Core.Heads.AdaptiveSoftmax), LogProbabilities, "LogSoftmax"),
        new(nameof(Core.Heads.HierarchicalSoftmax), LogProbabilities, "LogSoftmax"),
    ];

    public static readonly IReadOnlyList<ActivationEntry> Activations =
    [
        new("none", null, "identity", "linear", "logits"),
        new("Softmax", Probabilities),
        new("LogSoftmax", LogProbabilities),
        new("Sigmoid", LabelProbabilities, "logistic"),
        new("LogSigmoid", LogLabelProbabilities),
        new("Softplus", Positive),
        new("Exp", Positive),
        new("ReLU", Positive),
        new("Ascending", OutputKind.Quantiles),
        new("OrdinalProbabilities", Probabilities),
        new("L2Normalize", UnitVectors, "normalize"),
    ];
}
