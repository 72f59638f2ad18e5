using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Pairings;

/// <summary>What a tensor of targets looks like beside its outputs.</summary>
/// <param name="Kind">The best guess; null where it says nothing about the loss.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Finding">What is wrong with it by itself.</param>
internal sealed record TargetLook(TargetKind? Kind, string Text, PairingFinding? Finding = null)
{
    private const double Decades = 100;                   // the largest over the smallest
    private const int Few = 8;

    /// <param name="targets">The targets, as they are.</param>
    /// <param name="y">The same in double precision on the CPU.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="loss">Where they are going.</param>
    public static TargetLook Of(Tensor targets, Tensor y, Tensor outputs, LossEntry loss)
    {
        if (Families.OfPairs.Contains(loss.Name))
            return new(targets.dtype == ScalarType.Bool || targets.dim() >= 2 ? TargetKind.Matches : TargetKind.Indices, Form(targets, "which belong together"));
        var (same, perRow) = (Shape(targets) == Shape(outputs), Shape(targets) == PerRow(outputs, loss));
        if (!same && !perRow)
            return Misshapen(targets, y, outputs, loss);
        if (y.numel() == 0)
            return new(null, Form(targets, "nothing"));
        if (targets.dtype == ScalarType.Bool)
            return new(TargetKind.IntegerLabels, Form(targets, "true or false"));
        return targets.is_floating_point()
            ? Reals(targets, y, outputs, loss, same)
            : Integers(targets, y, outputs, loss, same);
    }

    private static TargetLook Integers(Tensor targets, Tensor y, Tensor outputs, LossEntry loss, bool same)
    {
        if (!same)
            return Indices(targets, y, outputs, loss);
        if (Families.Ordinal.Contains(loss.Name))
            return new(TargetKind.Ordered, Form(targets, OutputLook.Range(y, "whole numbers")));
        if (y.eq(0).logical_or(y.eq(1)).all().ToBoolean())
            return new(TargetKind.IntegerLabels, Form(targets, "zeros and ones"));
        return new(
            null, Form(targets, OutputLook.Range(y, "whole numbers")),
            new(Fit.Wrong, $"{loss.Name} wants targets in the dtype of the outputs, {outputs.dtype}, and gets {targets.dtype}.",
                $"Take targets.to({outputs.dtype.ToString().ToLowerInvariant()})"));
    }

    private static TargetLook Indices(Tensor targets, Tensor y, Tensor outputs, LossEntry loss)
    {
        var text = Form(targets, OutputLook.Range(y, "whole numbers"));
        if (!Families.Indexed.Contains(loss.Name))
            return new(TargetKind.Indices, text);
        var classes = outputs.size(1);
        var outside = y[y.lt(0).logical_or(y.ge(classes)).logical_and(y.ne(Losses.Loss.DefaultIgnoreIndex))];
        PairingFinding? finding = outside.numel() > 0
            ? new(Fit.Wrong, string.Create(
                CultureInfo.InvariantCulture,
                $"Class indices must lie in [0, {classes}), the number of outputs, and one is {outside[0].ToDouble()}: do the classes count from 1?"),
                "Take targets - 1, or as many outputs as there are classes")
            : targets.dtype == ScalarType.Int64 ? null
            : new(Fit.Wrong, $"Class indices must be Int64, and these are {targets.dtype}.", "Take targets.to(int64)");
        return new(TargetKind.Indices, text, finding);
    }

    private static TargetLook Reals(Tensor targets, Tensor y, Tensor outputs, LossEntry loss, bool same)
    {
        var whole = y.eq(y.round()).all().ToBoolean();
        var (low, high) = (y.min().ToDouble(), y.max().ToDouble());
        if (!same && loss.Name != "Quantiles")
            return whole && low >= 0 && high < outputs.size(1)
                ? new(TargetKind.FloatIndices, Form(targets, OutputLook.Range(y, "whole numbers")))
                : new(TargetKind.Scores, Form(targets, OutputLook.Range(y, "real numbers")));
        if (y.dim() >= 2 && y.size(1) >= 2 && low >= 0 && high <= 1)
            return Vectors(targets, y, whole);
        if (whole && low >= 0 && high <= 1 && loss.Name != "PoissonNegativeLogLikelihood")
            return new(TargetKind.Binary, Form(targets, "zeros and ones"));
        if (whole && low >= 0)
            return new(TargetKind.Counts, Form(targets, OutputLook.Range(y, "counts")));
        if (loss.Name == "SquaredLogError" ? low > 0 : low > 0 && high >= Decades * low && y.numel() >= Few)
            return new(TargetKind.Decades, Form(targets, OutputLook.Range(y, "positive numbers")));
        return Families.Labels.Contains(loss.Name) && low >= 0 && high <= 1
            ? new(TargetKind.Binary, Form(targets, OutputLook.Range(y, "chances")))
            : new(TargetKind.Real, Form(targets, OutputLook.Range(y, "real numbers")));
    }

    private static TargetLook Vectors(Tensor targets, Tensor y, bool whole)
    {
        var sums = y.sum(1);
        var one = (sums - 1).abs().le(1e-2).all().ToBoolean();
        return (whole, one) switch
        {
            (true, true) => new(TargetKind.OneHot, Form(targets, "zeros and ones, a single 1 in each row")),
            (false, true) => new(TargetKind.SoftLabels, Form(targets, "distributions: each row sums to 1")),
            (true, false) => new(TargetKind.MultiHot, Form(targets, OutputLook.Range(sums, "zeros and ones; ones in a row"))),
            _ => new(TargetKind.MultiHot, Form(targets, "chances in [0, 1], label by label")),
        };
    }

    /// <summary>Shapes that do not belong together: often a dimension of size 1.</summary>
    private static TargetLook Misshapen(Tensor targets, Tensor y, Tensor outputs, LossEntry loss)
    {
        var (z, t) = (Shape(outputs), Shape(targets));
        if (outputs.dim() < 2 && Families.Indexed.Contains(loss.Name))
            return new(null, Form(targets, "targets"));   // the outputs are the matter
        var column = outputs.dim() == targets.dim() + 1 && outputs.size(-1) == 1 ? "Take outputs.squeeze(-1), or new ScalarHead(width), whose output is [B]"
            : targets.dim() == outputs.dim() + 1 && targets.size(-1) == 1 ? "Take targets.squeeze(-1)"
            : null;
        return new(null, Form(targets, y.numel() == 0 ? "nothing" : OutputLook.Range(y, "numbers")), new(
            Fit.Wrong,
            column is null
                ? $"Outputs {z} and targets {t} do not fit together."
                : $"Outputs {z} and targets {t} are no pairs: elsewhere they broadcast, every output against every target, and the network learns to answer the mean.",
            column ?? $"{loss.Code}, with targets as the guide has them"));
    }

    /// <summary>The shape of targets of which each belongs to a whole row of outputs.</summary>
    private static string PerRow(Tensor outputs, LossEntry loss)
    {
        var shape = outputs.shape;
        return shape.Length < 2 || Families.Numbers.Contains(loss.Name) || (Families.Labels.Contains(loss.Name) && shape[1] < 2) ? "none"
            : loss.Name == "Quantiles" ? Sizes(shape[..^1])
            : Sizes([shape[0], .. shape[2..]]);
    }

    private static string Shape(Tensor tensor) => Sizes(tensor.shape);

    private static string Sizes(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static string Form(Tensor targets, string what) => $"{what}; {targets.dtype} {Shape(targets)}";
}
