namespace Lab.Core.Pairings;

/// <summary>The guided table's rows.</summary>
internal static class GuideRows
{
    public static readonly IReadOnlyList<GuideRow> All =
    [
        new("one of K classes", "LinearHead", "none", TargetKind.Indices, "CrossEntropy", "Activation.Softmax(logits, 1), logits.argmax(1)"),
        new("one of K classes, most examples easy", "LinearHead", "none", TargetKind.Indices, "Focal", "Activation.Softmax(logits, 1), not calibrated"),
        new("a class per pixel, some of them small", "LinearHead", "none", TargetKind.Indices, "Dice", "logits.argmax(1)"),
        new("a class per pixel, judged by IoU", "LinearHead", "none", TargetKind.Indices, "LovaszSoftmax", "logits.argmax(1)"),
        new("a class per pixel, judged by IoU", "LinearHead", "none", TargetKind.Indices, "Jaccard", "logits.argmax(1)"),
        new("a class per pixel, misses dearer than false alarms", "LinearHead", "none", TargetKind.Indices, "Tversky", "logits.argmax(1)"),
        new("a class per pixel, misses dearer than false alarms", "LinearHead", "none", TargetKind.Indices, "FocalTversky", "logits.argmax(1)"),
        new("one of K classes, log-probabilities at hand", "LinearHead", "LogSoftmax", TargetKind.Indices, "NegativeLogLikelihood", "logProbs.exp()"),
        new("one of very many classes, some of them frequent", "AdaptiveSoftmax", "none", TargetKind.Indices, "NegativeLogLikelihood", "head.Predict(features); train on head.Losses"),
        new("one of very many classes, in a tree", "HierarchicalSoftmax", "none", TargetKind.Indices, "NegativeLogLikelihood", "logProbs.exp(); train on head.Losses"),
        new("a distribution over K classes", "LinearHead", "none", TargetKind.SoftLabels, "CrossEntropy", "Activation.Softmax(logits, 1)"),
        new("what a teacher's distribution is", "LinearHead", "none", TargetKind.SoftLabels, "KullbackLeibler", "Activation.Softmax(logits, 1)"),
        new("yes or no", "ScalarHead", "none", TargetKind.Binary, "BinaryCrossEntropyWithLogits", "Activation.Sigmoid(logits)"),
        new("any of L labels", "MultiLabelHead", "none", TargetKind.MultiHot, "BinaryCrossEntropyWithLogits", "head.Predict(logits), after head.FitThresholds"),
        new("any of L labels, most of them rare", "MultiLabelHead", "none", TargetKind.MultiHot, "SigmoidFocal", "head.Predict(logits), after head.FitThresholds"),
        new("any of L labels per pixel", "MultiLabelHead", "none", TargetKind.MultiHot, "SigmoidDice", "logits > 0"),
        new("yes or no per pixel, judged by IoU", "ScalarHead", "none", TargetKind.Binary, "LovaszHinge", "logits > 0"),
        new("any of L labels, probabilities at hand", "MultiLabelHead", "Sigmoid", TargetKind.MultiHot, "BinaryCrossEntropy", "the output itself"),
        new("one of K classes in order", "OrdinalHead", "none", TargetKind.Ordered, "OrdinalNegativeLogLikelihood", "output.Predict(), output.Probabilities()"),
        new("a number: its mean", "ScalarHead", "none", TargetKind.Real, "SquaredError", "the output itself"),
        new("a number: its median", "ScalarHead", "none", TargetKind.Real, "AbsoluteError", "the output itself"),
        new("a number, some targets far off", "ScalarHead", "none", TargetKind.Real, "Huber", "the output itself"),
        new("a number, some targets far off", "ScalarHead", "none", TargetKind.Real, "SmoothL1", "the output itself"),
        new("a number over decades, such as a price", "ScalarHead", "none", TargetKind.Decades, "SquaredLogError", "logPredictions.exp()"),
        new("a count", "ScalarHead", "none", TargetKind.Counts, "PoissonNegativeLogLikelihood", "logRates.exp(), the mean count"),
        new("a number and how sure", "HeteroscedasticHead", "none", TargetKind.Real, "GaussianNegativeLogLikelihood", "output.Mean, output.Variance.sqrt()"),
        new("a range that holds eight of ten", "QuantileHead", "none", TargetKind.Real, "Quantiles", "the output itself, one column per level"),
        new("what nine of ten stay below", "ScalarHead", "none", TargetKind.Real, "Quantile", "the output itself"),
        new("a score from 0 to 5", "ScalarHead", "none", TargetKind.Scores, "SquaredError", "outputs.clamp(0, 5)"),
        new("a score, judged by correlation", "ScalarHead", "none", TargetKind.Scores, "PearsonDistance", "the order of the outputs"),
        new("a score, shared out between whole scores", "LinearHead", "none", TargetKind.SoftLabels, "CrossEntropy", "ScoreBins.ExpectedScore(Activation.Softmax(logits, 1), 0, 5)"),
        new("what is alike, by pairs", "EmbeddingHead", "none", TargetKind.Matches, "CosineEmbedding", "dot products: cosines"),
        new("what is alike, by pairs", "EmbeddingHead", "none", TargetKind.Matches, "Contrastive", "distances"),
        new("what is alike, by triplets", "EmbeddingHead", "none", TargetKind.Matches, "Triplet", "distances"),
        new("two views of the same thing", "EmbeddingHead", "none", TargetKind.Matches, "InfoNce", "dot products: cosines"),
        new("whose face it is, known or not", "EmbeddingHead", "none", TargetKind.Indices, "ArcFace", "dot products: cosines"),
    ];
}
