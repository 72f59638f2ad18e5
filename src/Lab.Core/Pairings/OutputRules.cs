using static Lab.Core.Pairings.OutputKind;

namespace Lab.Core.Pairings;

/// <summary>What each loss does with outputs that it was not made for. {loss} and {code} are filled in.</summary>
internal static class OutputRules
{
    private const string Plain = "Leave the activation out: {code}";

    public static readonly IReadOnlyList<OutputRule> All =
    [
        // Losses that apply softmax themselves.
        new(Families.Softmax, [Probabilities], Fit.Wrong,
            "{loss} applies softmax itself, so it takes the softmax of probabilities. They lie between 0 and 1, so even a perfect "
            + "answer of K classes costs log(1 + (K - 1)/e), 1.46 for ten classes instead of 0, and gradients are small: it learns "
            + "slowly, against a spring.", Plain),
        new(Families.SoftmaxInside, [LogProbabilities], Fit.Works,
            "Log-softmax of log-probabilities gives them back, so the loss is right; but it is computed twice.", Plain),
        new(Families.Softmax, [LabelProbabilities], Fit.Wrong,
            "What a sigmoid gives is no logit: {loss} applies softmax on top of it. Every score is squeezed into (0, 1), so even "
            + "a perfect answer of K classes costs log(1 + (K - 1)/e), 1.46 for ten classes, and where the sigmoid is flat nothing "
            + "is learned.",
            "Let the last layer be linear: {code}. For labels that do not exclude each other: Loss.BinaryCrossEntropyWithLogits(logits, labels)"),
        new(Families.SoftmaxInside, [LogLabelProbabilities], Fit.Works,
            "Softmax of log-sigmoids is σ(z[k]) / Σ σ(z): a distribution, but each score has a ceiling, and where it is reached "
            + "nothing is learned.", Plain),
        new(Families.SoftmaxInside, [Positive], Fit.Works,
            "Logits that cannot be negative still make any distribution, but ReLU stops learning where it is 0, and exp runs "
            + "away.", Plain),
        new(Families.SoftmaxInside, [Number], Fit.Wrong,
            "{loss} wants one logit per class, [B, K]; softmax over a single number is 1 whatever the number is.",
            "For yes or no: Loss.BinaryCrossEntropyWithLogits(new ScalarHead(width).call(features), labels). For K classes: new LinearHead(width, K)"),
        new(Families.Regions, [Probabilities], Fit.Wrong,
            "{loss} applies softmax itself, so it takes the softmax of probabilities. They lie between 0 and 1, so a class out of K can be given "
            + "e/(e + K - 1) at most, 0.23 out of ten: what is found exactly still looks mostly wrong.", Plain),
        new(Families.Regions, [LabelProbabilities], Fit.Wrong,
            "What a sigmoid gives is no logit: {loss} applies softmax on top of it. Every score is squeezed into (0, 1), so a class out of K can be "
            + "given e/(e + K - 1) at most, 0.23 out of ten.",
            "Let the last layer be linear: {code}. For labels that do not exclude each other: Loss.SigmoidDice(logits, labels)"),
        new(Families.LabelRegions, [LabelProbabilities], Fit.Wrong,
            "{loss} reads logits, which must be free to be negative: what a sigmoid gives is never below 0, so no label can be denied.", Plain),

        // The loss that applies sparsemax itself.
        new(Families.Sparse, [Probabilities, LabelProbabilities], Fit.Wrong,
            "{loss} applies sparsemax itself, and is content once the true class leads by 1. Between 0 and 1 a class leads by 1 only where it has "
            + "everything and no other anything; softmax and sigmoid never get there, and hardly move on the way.", Plain),
        new(Families.Sparse, [LogProbabilities], Fit.Works,
            "{loss} looks at differences of scores, and log-softmax keeps those: right, but computed for nothing.", Plain),
        new(Families.Sparse, [LogLabelProbabilities], Fit.Works,
            "It can lead by 1, but each score has a ceiling, and where it is reached nothing is learned.", Plain),
        new(Families.Sparse, [Positive], Fit.Works,
            "A class can lead by 1 without negative scores, but ReLU stops learning where it is 0, and exp runs away.", Plain),
        new(Families.Sparse, [Number], Fit.Wrong,
            "{loss} wants one score per class, [B, K]; sparsemax of a single number is 1 whatever the number is.",
            "For yes or no: Loss.BinaryCrossEntropyWithLogits(new ScalarHead(width).call(features), labels). For K classes: new LinearHead(width, K)"),

        // The loss that only picks.
        new(Families.Picking, [Raw, Logits], Fit.Wrong,
            "The log-softmax is missing: {loss} only picks -z[y]. Raising the true class's logit lowers it without end, and nothing "
            + "holds the other classes down.", "{code}, or Loss.CrossEntropy(logits, targets), which is both in one"),
        new(Families.Picking, [Probabilities], Fit.Works,
            "It picks -p[y] where it should pick -log p[y]. That pushes the right way, but hardly at all where the model is "
            + "sure and wrong, since p·(1 - p) is near 0 there; and the numbers are no nats.",
            "{code}, or Loss.CrossEntropy(logits, targets)"),
        new(Families.Picking, [LabelProbabilities], Fit.Wrong,
            "Sigmoid lets every class be near 1 at once, and {loss} only looks at the true one: all rise together, the loss falls "
            + "to -1, the lowest there is, and accuracy stays at chance. Softmax makes classes compete; that is what was missing.",
            "{code}, or Loss.CrossEntropy(logits, targets)"),
        new(Families.Picking, [LogLabelProbabilities], Fit.Wrong,
            "Log-sigmoid lets every class be likely at once, and {loss} only looks at the true one: nothing pushes the others "
            + "down, and accuracy stays at chance.", "{code}, or Loss.CrossEntropy(logits, targets)"),
        new(Families.Picking, [Number], Fit.Wrong,
            "{loss} wants log-probabilities of K classes, [B, K], and one number per example is none.",
            "For yes or no: Loss.BinaryCrossEntropyWithLogits(logits, labels). For K classes: new LinearHead(width, K)"),

        // Losses that apply the sigmoid themselves.
        new(Families.SigmoidInside, [LabelProbabilities], Fit.Wrong,
            "{loss} applies the sigmoid itself, so it is applied twice: what it sees lies between 0.5 and 0.73. No label can be "
            + "denied, and every one that is not there costs at least log 2.", Plain),
        new(Families.SigmoidInside, [Probabilities], Fit.Wrong,
            "{loss} applies the sigmoid itself, and gets probabilities where it wants logits. Softmax also makes the labels share "
            + "one unit of probability: a dog and a cat in one picture could be half each at most.", Plain),
        new(Families.SigmoidInside, [LogProbabilities, LogLabelProbabilities], Fit.Wrong,
            "{loss} applies the sigmoid itself. The sigmoid of a logarithm of p is p / (1 + p), never above one half: no label can "
            + "be affirmed.", Plain),
        new(Families.SigmoidInside, [Positive], Fit.Wrong,
            "{loss} reads log odds, which must be free to be negative: from 0 up they mean one half and more, so no label can be denied.", Plain),

        // Binary cross-entropy of probabilities.
        new(["BinaryCrossEntropy"], [LabelProbabilities], Fit.Works,
            "The pairing is right, but the sigmoid rounds: from a logit of 17 on it is 1 in single precision, and the gradient is gone "
            + "where the model is sure and wrong.", "Loss.BinaryCrossEntropyWithLogits(logits, labels) does both in one, exactly"),
        new(["BinaryCrossEntropy"], [Raw, Logits, Number], Fit.Wrong,
            "{loss} wants probabilities in [0, 1] and refuses logits outside; those inside it takes for probabilities.",
            "Loss.BinaryCrossEntropyWithLogits(logits, labels)"),
        new(["BinaryCrossEntropy"], [Probabilities], Fit.Wrong,
            "Softmax makes the labels share one unit of probability: a dog and a cat in one picture could be half each at most. Labels "
            + "that do not exclude each other want a sigmoid each.",
            "Loss.BinaryCrossEntropyWithLogits(logits, labels); where exactly one holds, Loss.CrossEntropy(logits, targets)"),
        new(["BinaryCrossEntropy"], [LogProbabilities, LogLabelProbabilities], Fit.Wrong,
            "{loss} takes the logarithm itself and wants probabilities in [0, 1]; logarithms of them are negative.",
            "Loss.BinaryCrossEntropyWithLogits(logits, labels)"),
        new(["BinaryCrossEntropy"], [Positive], Fit.Wrong,
            "{loss} wants probabilities in [0, 1], and these have no ceiling.", "Loss.BinaryCrossEntropyWithLogits(logits, labels)"),

        // Losses of numbers.
        new(Families.Plain, [Logits], Fit.Works,
            "With K outputs {loss} is K regressions at once, and wants targets [B, K]. For one number [B] the dimension of size 1 must go: "
            + "[B, 1] against [B] is refused here, and broadcast to [B, B] elsewhere.",
            "new ScalarHead(width), whose output is [B]"),
        new(Families.Plain, [Positive], Fit.Works,
            "It can only answer numbers from 0 up, and ReLU stops learning where it answers 0. Right only where the targets are never "
            + "negative; if they range over decades, learn their logarithm.", "{code} with the raw number, or Loss.SquaredLogError(logPredictions, targets)"),
        new(Families.Plain, [LabelProbabilities], Fit.Works,
            "A sigmoid can only answer numbers between 0 and 1, and its slope vanishes at both ends. Right only where the targets lie inside; "
            + "scale and shift it to another range, or leave it out.", "{code} with the raw number"),
        new(["SquaredError"], [Probabilities], Fit.Works,
            "The squared distance to one-hot targets is Brier's score: a fair judge of probabilities, but its gradient vanishes where the model is "
            + "sure and wrong.", "Loss.CrossEntropy(logits, targets)"),
        new(["PearsonDistance"], [Probabilities], Fit.Wrong,
            "Six softmax units for a score from 0 to 5 are six numbers where the correlation wants one.",
            "Loss.PearsonDistance(ScoreBins.ExpectedScore(probabilities, 0, 5), scores), or new ScalarHead(width)"),
        new(["PearsonDistance"], [Logits], Fit.Wrong,
            "Over [B, K] it correlates each of K outputs with targets of its own; for one score per example it wants one number.",
            "Loss.PearsonDistance(new ScalarHead(width).call(features), scores)"),
        new(["PearsonDistance"], [LabelProbabilities, Positive], Fit.Works,
            "Offset and scale do not matter to a correlation, so a bounded output only costs slope at its ends.", "{code} with the raw number"),
        new(["SquaredLogError"], [Positive], Fit.Wrong,
            "{loss} reads the output as a logarithm, so with exp or softplus no prediction below 1 can be made and large ones are "
            + "exp(exp(z)).", "{code} with the raw number; Math.Exp afterwards, to read it"),
        new(["PoissonNegativeLogLikelihood"], [Positive], Fit.Wrong,
            "{loss} reads the output as the logarithm of the rate, so with exp or softplus no rate below 1 can be answered, and the rate "
            + "is exp(exp(z)).", "{code} with the raw number; exp afterwards, to read the rate"),
        new(["SquaredLogError", "PoissonNegativeLogLikelihood"], [Logits], Fit.Works,
            "With K outputs {loss} is K regressions at once, and wants targets [B, K].", "new ScalarHead(width), whose output is [B]"),
        new(["SquaredLogError", "PoissonNegativeLogLikelihood"], [LabelProbabilities], Fit.Wrong,
            "{loss} reads the output as a logarithm; between 0 and 1 it can say 1 to 2.7 and nothing else.", Plain),
        new(["Quantiles"], [Logits], Fit.Works,
            "It learns, but each level for itself: quantiles cross now and then, and the ninth tenth lies below the eighth.",
            "new QuantileHead(width, levels), or Activation.Ascending(outputs)"),
        new(["Quantiles"], [Number], Fit.Wrong,
            "{loss} wants one answer per level, [B, Q].", "new QuantileHead(width, [0.1, 0.5, 0.9]), or Loss.Quantile(predictions, targets, level)"),
        new(["GaussianNegativeLogLikelihood"], [Number], Fit.Wrong,
            "{loss} wants a mean and a variance, and a single number is a mean without doubt.",
            "new HeteroscedasticHead(width), or Loss.SquaredError(predictions, targets) for the mean alone"),
        new(["GaussianNegativeLogLikelihood"], [Logits], Fit.Wrong,
            "{loss} wants a mean and a variance above 0; two raw outputs have neither a meaning nor a sign.",
            "new HeteroscedasticHead(width), or softplus on the second output"),

        // Classes in order, and embeddings.
        new(Families.Ordinal, [Logits, Probabilities, LogProbabilities], Fit.Wrong,
            "{loss} wants one score per example and thresholds, not K numbers: K of them do not know which classes lie side by side.",
            "new OrdinalHead(width, K), or Loss.CrossEntropy(logits, targets) and lose the order"),
        new(Families.Ordinal, [Number], Fit.Works,
            "A ScalarHead gives the score; the thresholds must be learned beside it, in order. Its bias and the thresholds can do the same.",
            "new OrdinalHead(width, K), which has both"),
        new(Families.OfEmbeddings, [Logits], Fit.Works,
            "A linear layer gives vectors of any length. Losses on distances can then be paid by making vectors longer or shorter.",
            "new EmbeddingHead(width, dimensions)"),
    ];
}
