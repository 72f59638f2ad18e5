namespace Lab.Core.Pairings;

/// <summary>What the targets are, in meaning and in form.</summary>
public enum TargetKind
{
    /// <summary>Which one of K classes: int64, <c>[B, ...]</c>, in <c>[0, K)</c>.</summary>
    Indices,

    /// <summary>The same numbers in a floating dtype.</summary>
    FloatIndices,

    /// <summary>The same as vectors with a single 1: floating point, <c>[B, K, ...]</c>.</summary>
    OneHot,

    /// <summary>A distribution over the classes: floating point, <c>[B, K, ...]</c>, sums to 1.</summary>
    SoftLabels,

    /// <summary>Which of L labels hold, any number of them: 0 or 1, floating point, <c>[B, L]</c>.</summary>
    MultiHot,

    /// <summary>Zeros and ones in an integer or bool dtype: labels, or one-hot vectors as the library makes them.</summary>
    IntegerLabels,

    /// <summary>Yes or no: 1 or 0, floating point, <c>[B]</c>.</summary>
    Binary,

    /// <summary>Which one of K classes in order (stars, never to always): int64, <c>[B]</c>.</summary>
    Ordered,

    /// <summary>Any real number: floating point, <c>[B]</c>.</summary>
    Real,

    /// <summary>Positive numbers over several powers of ten, such as prices: floating point, <c>[B]</c>.</summary>
    Decades,

    /// <summary>How many: 0, 1, 2, ... in a floating dtype, <c>[B]</c>.</summary>
    Counts,

    /// <summary>A score between two ends, such as 0 to 5, whole or not: floating point, <c>[B]</c>.</summary>
    Scores,

    /// <summary>Which examples belong together: pairs, triplets, or an identity per example.</summary>
    Matches,
}

/// <summary>Kinds of target in words.</summary>
internal static class TargetKinds
{
    public static string Text(this TargetKind kind) => kind switch
    {
        TargetKind.Indices => "class indices, int64 [B] in [0, K)",
        TargetKind.FloatIndices => "class indices in a floating dtype",
        TargetKind.OneHot => "one-hot vectors, floating point [B, K]",
        TargetKind.SoftLabels => "soft labels that sum to 1, floating point [B, K]",
        TargetKind.MultiHot => "labels 0 or 1, floating point [B, L]",
        TargetKind.IntegerLabels => "zeros and ones in an integer or bool dtype",
        TargetKind.Binary => "yes or no, 1 or 0, floating point [B]",
        TargetKind.Ordered => "indices of classes in order, int64 [B] in [0, K)",
        TargetKind.Real => "real numbers, floating point [B]",
        TargetKind.Decades => "positive numbers over decades, floating point [B]",
        TargetKind.Counts => "counts 0, 1, 2, ..., floating point [B]",
        TargetKind.Scores => "scores between two ends, floating point [B]",
        TargetKind.Matches => "which examples belong together",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of target."),
    };
}
