using static Lab.Core.Pairings.OutputKind;

namespace Lab.Core.Pairings;

/// <summary>What head, activation and targets say of each other, whatever the loss.</summary>
internal static class Combinations
{
    private static readonly TargetKind[] wide =
        [TargetKind.OneHot, TargetKind.SoftLabels, TargetKind.MultiHot];

    private static readonly TargetKind[] amounts =
        [TargetKind.Real, TargetKind.Decades, TargetKind.Counts, TargetKind.Scores];

    /// <summary>What an activation makes of a head's output; a finding where it has no place there.</summary>
    public static (OutputKind Given, PairingFinding? Finding) Apply(HeadEntry? head, ActivationEntry? activation)
    {
        var raw = head?.Gives ?? Raw;
        if (activation?.Gives is not { } made)
            return (raw, null);
        if (head is null)
            return (made, null);
        return (head.Name, activation.Name) switch
        {
            ("EmbeddingHead", "L2Normalize") => (raw, new(Fit.Works,
                "EmbeddingHead gives vectors of length 1 already; normalising them again changes nothing.", "Leave L2Normalize out")),
            ("OrdinalHead", "OrdinalProbabilities") => (made, null),
            (_, "OrdinalProbabilities") => (raw, new(Fit.Wrong,
                $"OrdinalProbabilities wants one score and thresholds, and {head.Name} gives {raw.Text()}.",
                "new OrdinalHead(width, classes).call(features).Probabilities()")),
            (_, _) when head.Inside.Length > 0 => (raw, new(Fit.Wrong,
                $"{head.Name} gives {raw.Text()} and has its activation inside ({head.Inside}); {activation.Name} has no place after it.",
                $"Leave {activation.Name} out")),
            ("ScalarHead", "Softmax" or "LogSoftmax") => (raw, new(Fit.Wrong,
                "Softmax over a single number is 1 whatever the number is: nothing can be learned.",
                "A sigmoid for yes or no, inside Loss.BinaryCrossEntropyWithLogits(logits, labels); new LinearHead(width, K) for K classes")),
            ("ScalarHead", "Sparsemax") => (raw, new(Fit.Wrong,
                "Sparsemax of a single number is 1 whatever the number is: nothing can be learned.",
                "A sigmoid for yes or no, inside Loss.BinaryCrossEntropyWithLogits(logits, labels); new LinearHead(width, K) for K classes")),
            ("ScalarHead", "Ascending" or "L2Normalize") => (raw, new(Fit.Wrong,
                $"{activation.Name} works along a dimension of several entries, and ScalarHead gives one number per example.",
                $"Leave {activation.Name} out, or take new QuantileHead(width, levels) or new EmbeddingHead(width, dimensions)")),
            _ => (made, null),
        };
    }

    /// <summary>What the parts say of each other.</summary>
    public static IEnumerable<PairingFinding> Of(Query q)
    {
        var one = q.Head?.Name == "ScalarHead" || q.Given == Number;
        if (one && q.Target is { } kind && wide.Contains(kind))
            yield return new(Fit.Wrong,
                "One number per example cannot answer targets [B, K].",
                kind == TargetKind.MultiHot ? "new MultiLabelHead(width, labels)" : "new LinearHead(width, K)");
        if (q.Head?.Name is "LinearHead" or "MultiLabelHead" && q.Target == TargetKind.Binary && Families.Labels.Contains(q.Loss.Name))
            yield return new(Fit.Wrong,
                $"{q.Head.Name} gives [B, K] and the targets are [B]: shapes are never broadcast here.",
                "new ScalarHead(width), whose output is [B]");
        if (q.Head?.Name == "MultiLabelHead" && Families.Exclusive.Contains(q.Loss.Name))
            yield return new(Fit.Works,
                $"{q.Loss.Name} makes the labels compete, so exactly one can hold, and the head's thresholds are of no use.",
                "Exactly one class: new LinearHead(width, K). Several labels: Loss.BinaryCrossEntropyWithLogits(logits, labels)");
        if (q.Target is { } amount && amounts.Contains(amount) && q.Given is Probabilities or LogProbabilities)
            yield return new(Fit.Wrong,
                "Softmax shares out one unit over several outputs; an amount wants one output that is free to be any number.",
                amount == TargetKind.Scores
                    ? "ScoreBins.SoftLabels(scores, 0, 5, 6) as targets of Loss.CrossEntropy(logits, ...); or new ScalarHead(width) with Loss.SquaredError"
                    : "new ScalarHead(width) without activation");
        if (q.Target is { } high && amounts.Contains(high) && q.Given == LabelProbabilities && !Families.Exclusive.Contains(q.Loss.Name)
            && q.Loss.Name != "PearsonDistance")
            yield return new(Fit.Wrong,
                "A sigmoid cannot answer above 1 or below 0, and these targets lie beyond.", "Leave the sigmoid out, or scale it to the range of the targets");
    }
}
