using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>The thresholds with the best F1, all labels at once.</summary>
internal static class F1Thresholds
{
    /// <param name="probabilities"><c>[N, L]</c>.</param>
    /// <param name="targets">0 or 1, <c>[N, L]</c>.</param>
    /// <param name="otherwise">Thresholds for labels that no example has, <c>[L]</c>.</param>
    /// <returns>Thresholds in the dtype of the probabilities, and their F1 in double precision, <c>[L]</c>.</returns>
    public static (Tensor Thresholds, Tensor F1) Find(Tensor probabilities, Tensor targets, Tensor otherwise)
    {
        var examples = probabilities.size(0);
        if (examples == 0)
            return (otherwise, full_like(otherwise, double.NaN, dtype: ScalarType.Float64));

        // Predicting the n + 1 likeliest examples, for every n.
        var (sorted, order) = probabilities.sort(0, descending: true);                       // [N, L]
        var hits = targets.to(ScalarType.Float64).gather(0, order).cumsum(0);
        var predicted = arange(1, examples + 1, dtype: ScalarType.Float64, device: probabilities.device).unsqueeze(1);
        var present = hits[-1];                                                              // [L]
        var f1 = 2 * hits / (predicted + present);

        // No threshold parts two examples of the same probability.
        var next = cat([sorted.narrow(0, 1, examples - 1), full_like(sorted.narrow(0, 0, 1), -1)], 0);
        f1 = f1.masked_fill(sorted == next, -1);
        var best = f1.amax([0]);                                                             // [L]
        var at = where(f1 == best, predicted, examples).amin([0], keepdim: true).to(ScalarType.Int64) - 1; // the first: max promises none
        var (lowest, below) = (sorted.gather(0, at).squeeze(0), next.gather(0, at).squeeze(0).clamp(min: 0));
        var halfway = below + (lowest - below) / 2;
        var threshold = where(halfway > below, halfway, lowest);                             // neighbours have nothing between
        var absent = present == 0;
        return (where(absent, otherwise, threshold), best.masked_fill(absent, double.NaN));
    }
}
