namespace Lab.Core.Pairings;

/// <summary>What is asked about: a head and an activation (or what they give), targets, a loss. Null = not known.</summary>
internal sealed record Query(HeadEntry? Head, ActivationEntry? Activation, OutputKind Given, TargetKind? Target, LossEntry Loss);

/// <summary>What happens when a loss is given a kind of output.</summary>
internal sealed record OutputRule(string[] Losses, OutputKind[] Given, Fit Fit, string Why, string Fix);

/// <summary>What happens when a loss is given a kind of target.</summary>
internal sealed record TargetRule(string[] Losses, TargetKind[] Given, Fit Fit, string Why, string Fix);

/// <summary>Names of losses that share rules.</summary>
internal static class Families
{
    public static readonly string[] Softmax = ["CrossEntropy", "Focal", "KullbackLeibler", "OhemCrossEntropy", "EdgeWeightedCrossEntropy"];
    public static readonly string[] Picking = ["NegativeLogLikelihood"];
    public static readonly string[] Regions = ["Dice", "Jaccard", "Tversky", "FocalTversky", "LovaszSoftmax", "CrossEntropyDice", "Boundary", "Hausdorff"];
    public static readonly string[] MapsOnly = [.. Regions, "OhemCrossEntropy", "EdgeWeightedCrossEntropy", "OneVsRestFocal"];
    public static readonly string[] SoftmaxInside = [.. Softmax, .. Regions];
    public static readonly string[] Sparse = ["SparsemaxLoss"];
    public static readonly string[] Exclusive = [.. SoftmaxInside, .. Sparse, .. Picking];
    public static readonly string[] Indexed = [.. Exclusive, "OneVsRestFocal"];
    public static readonly string[] SigmoidLabels = ["BinaryCrossEntropyWithLogits", "SigmoidFocal"];
    public static readonly string[] SigmoidInside = [.. SigmoidLabels, "OneVsRestFocal"];
    public static readonly string[] LabelRegions = ["SigmoidDice", "LovaszHinge"];
    public static readonly string[] Labels = [.. SigmoidLabels, "BinaryCrossEntropy", .. LabelRegions];
    public static readonly string[] Errors = ["SquaredError", "AbsoluteError", "Huber", "SmoothL1"];
    public static readonly string[] Plain = [.. Errors, "Quantile"];
    public static readonly string[] Numbers = [.. Plain, "SquaredLogError", "PoissonNegativeLogLikelihood", "PearsonDistance"];
    public static readonly string[] OfNumbers = [.. Numbers, "Quantiles", "GaussianNegativeLogLikelihood"];
    public static readonly string[] Ordinal = ["OrdinalNegativeLogLikelihood"];
    public static readonly string[] OfPairs = ["CosineEmbedding", "Contrastive", "Triplet", "InfoNce"];
    public static readonly string[] OfEmbeddings = [.. OfPairs, "ArcFace"];
}
