using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Notebooks.Checks;

/// <summary>
/// Compares printed text: numbers with a decimal point or an exponent within a tolerance that survives another CPU,
/// everything else exactly.
/// </summary>
/// <remarks>
/// Two such numbers agree when they differ by at most 1e-6, or by a thousandth of the larger, or, with three or more
/// decimals printed, by one unit in the last one. Whole numbers (shapes, counts, indices) must be the same. Spaces before
/// a number may differ in width, since a sign or a digit more shifts a column; spaces at the end of a line do not count.
/// </remarks>
public static partial class TextComparer
{
    /// <summary>The absolute tolerance.</summary>
    public const double Absolute = 1e-6;

    /// <summary>The relative tolerance.</summary>
    public const double Relative = 1e-3;

    /// <summary>The first line that differs, or null where the texts agree.</summary>
    /// <param name="saved">The text that was saved.</param>
    /// <param name="now">The text printed now.</param>
    public static LineDifference? FirstDifference(string saved, string now)
    {
        var savedLines = Lines(saved);
        var nowLines = Lines(now);
        for (var i = 0; i < Math.Max(savedLines.Length, nowLines.Length); i++)
        {
            var (a, b) = (i < savedLines.Length ? savedLines[i] : null, i < nowLines.Length ? nowLines[i] : null);
            if (a is null || b is null || !SameLine(a, b))
                return new(i + 1, a, b);
        }
        return null;
    }

    private static string[] Lines(string text) =>
        [.. text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())];

    private static bool SameLine(string saved, string now)
    {
        if (saved == now)
            return true;
        var savedNumbers = Number().Matches(saved);
        var nowNumbers = Number().Matches(now);
        if (savedNumbers.Count != nowNumbers.Count || Skeleton(saved) != Skeleton(now))
            return false;
        return savedNumbers.Zip(nowNumbers).All(pair => SameNumber(pair.First.Groups["n"].Value, pair.Second.Groups["n"].Value));
    }

    private static string Skeleton(string line) => Number().Replace(line, "#");

    private static bool SameNumber(string saved, string now)
    {
        if (saved == now)
            return true;
        if (IsWhole(saved) || IsWhole(now))
            return false;
        var (a, b) = (Value(saved), Value(now));
        var gap = Math.Abs(a - b);
        var decimals = Math.Min(Decimals(saved), Decimals(now));
        return gap <= Absolute
            || gap <= Relative * Math.Max(Math.Abs(a), Math.Abs(b))
            || (decimals >= 3 && gap <= 1.001 * Math.Pow(10, -decimals));
    }

    private static bool IsWhole(string number) => number.IndexOfAny(['.', 'e', 'E']) < 0;

    private static double Value(string number) =>
        double.Parse(number.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture);

    // Decimals of 1.25e-3 are not those of its value: such numbers have the relative tolerance only.
    private static int Decimals(string number) =>
        number.IndexOfAny(['e', 'E']) >= 0 ? 0 : number.Length - 1 - number.IndexOf('.');

    // Not the digits of names (x1, float32) and of versions (1.2.3).
    [GeneratedRegex(@"[ \t]*(?<![\w.])(?<n>[-+−]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9]|\.[0-9])")]
    private static partial Regex Number();
}

/// <summary>Where two texts differ first.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Saved">The saved line; null where the saved text is shorter.</param>
/// <param name="Now">The line printed now; null where there is no such line now.</param>
public sealed record LineDifference(int Line, string? Saved, string? Now);
