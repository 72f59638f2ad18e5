using Lab.Specs.Harness;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Whether counts fit probabilities (Pearson's test).</summary>
/// <remarks>
/// The seeds are fixed, so that a law that holds holds always. With other seeds a right sampler would be called wrong about once
/// in a million times: that is the bound.
/// </remarks>
internal static class ChiSquare
{

    /// <summary>A law's sentence, with the bound in it.</summary>
    public static string Sentence(string what) => $"{what}: by a chi-square test that a right sampler fails once in a million times.";

    /// <summary>Fails where the counts are too far from the probabilities. Outcomes expected fewer than ten times are put together.</summary>
    public static Verdict Judge(long[] counts, double[] probabilities)
    {
        var total = counts.Sum();
        var impossible = counts.Where((n, i) => n > 0 && probabilities[i] < 1e-12).Sum();
        if (impossible > 0)
            return Verdict.Fails($"{impossible} of {total} draws have probability 0.");
        if (Math.Abs(probabilities.Sum() - 1) > 1e-6)
            return Verdict.Fails($"The outcomes' probabilities sum to {probabilities.Sum()}.");

        var outcomes = counts.Zip(probabilities, (n, p) => (Seen: (double)n, Expected: p * total)).ToArray();
        var cells = new List<(double Seen, double Expected)>();
        foreach (var (seen, expected) in outcomes.OrderByDescending(o => o.Expected))
        {
            if (cells.Count > 0 && expected < 10)
                cells[^1] = (cells[^1].Seen + seen, cells[^1].Expected + expected);
            else
                cells.Add((seen, expected));
        }
        var statistic = cells.Sum(c => (c.Seen - c.Expected) * (c.Seen - c.Expected) / c.Expected);
        var bound = Quantile(cells.Count - 1);
        return Verdict.Require(
            cells.Count < 2 || statistic <= bound,
            FormattableString.Invariant($"Chi-square is {statistic:F1} for {cells.Count - 1} degrees of freedom; {bound:F1} is the bound."));
    }

    /// <summary>Wilson and Hilferty's approximation of the value that is passed once in a million times.</summary>
    private static double Quantile(int freedom)
    {
        const double Normal = 4.753424308822899;                  // passed by a standard normal number with probability 1e-6
        var d = 2.0 / (9 * Math.Max(freedom, 1));
        return Math.Max(freedom, 1) * Math.Pow(1 - d + Normal * Math.Sqrt(d), 3);
    }
}
