namespace Lab.Specs.Activations;

/// <summary>Thresholds found by halving an interval, in plain doubles.</summary>
internal static class Halving
{
    /// <summary>τ with <c>Σ max(z[k] - τ, 0) = 1</c>; NaN where there is none.</summary>
    public static double Threshold(double[] scores)
    {
        var most = scores.Contains(double.NaN) ? double.NaN : scores.Max();
        if (!double.IsFinite(most))
            return double.NaN;
        var (low, high) = (-1.0, 0.0);                                    // the largest entry alone has 1 at the one, and 0 at the other
        for (var step = 0; step < 80; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = scores.Sum(z => Math.Max(z - most - middle, 0)) >= 1 ? (middle, high) : (low, middle);
        }
        return most + low;
    }
}
