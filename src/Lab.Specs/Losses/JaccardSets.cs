namespace Lab.Specs.Losses;

/// <summary>The Lovász extension of the Jaccard loss from its definition: sets of wrong pixels, counted one by one.</summary>
internal static class JaccardSets
{
    /// <summary><c>1 - |G \ M| / |G ∪ M|</c> for the wrong pixels M, with the region G; 0 where nothing is wrong.</summary>
    public static double Of(bool[] region, Func<int, bool> wrong)
    {
        var (kept, union) = (0, 0);
        for (var n = 0; n < region.Length; n++)
        {
            kept += region[n] && !wrong(n) ? 1 : 0;
            union += region[n] || wrong(n) ? 1 : 0;
        }
        return union == 0 ? 0 : 1 - (double)kept / union;
    }

    /// <summary>
    /// <c>∫ Δ({errors above t}) dt</c>, which is the extension's value; it writes the slope in each error: how Δ grows where the pixel
    /// joins those that are worse, or as bad and before it.
    /// </summary>
    public static double Extension(double[] errors, bool[] region, double[] slopes)
    {
        double[] levels = [0, .. errors.Distinct().Order().SkipWhile(e => e == 0)];
        var value = 0.0;
        for (var i = 1; i < levels.Length; i++)
        {
            var level = levels[i];
            value += (level - levels[i - 1]) * Of(region, n => errors[n] >= level);
        }
        for (var i = 0; i < errors.Length; i++)
        {
            bool Before(int n) => Rank(n) > Rank(i) || (Rank(n) == Rank(i) && n < i);
            slopes[i] = Of(region, n => Before(n) || n == i) - Of(region, Before);
        }
        return errors.Any(double.IsNaN) ? double.NaN : value;

        double Rank(int n) => double.IsNaN(errors[n]) ? double.PositiveInfinity : errors[n];
    }

    /// <summary>The greatest of <c>Σ m[i]·(Δ(S + i) - Δ(S))</c> over all orders in which the pixels can join: N! of them.</summary>
    public static double GreatestOfAllOrders(double[] errors, bool[] region)
    {
        var greatest = double.NegativeInfinity;
        Try([], 0);
        return greatest;

        void Try(HashSet<int> joined, double sum)
        {
            if (joined.Count == errors.Length)
            {
                greatest = Math.Max(greatest, sum);
                return;
            }
            var before = Of(region, joined.Contains);
            for (var i = 0; i < errors.Length; i++)
            {
                if (!joined.Add(i))
                    continue;
                Try(joined, sum + errors[i] * (Of(region, joined.Contains) - before));
                joined.Remove(i);
            }
        }
    }
}
