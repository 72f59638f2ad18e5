using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>Means over the classes of which there is anything.</summary>
internal static class ClassMeans
{
    /// <summary>The mean of all entries that are numbers, NaN where there is none: what <c>nanmean</c> is for, which raises an error in
    /// TorchSharp 0.107.0.</summary>
    public static double Of(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scores[scores.isnan().logical_not()].to(ScalarType.Float64).mean().ToDouble();
    }
}
