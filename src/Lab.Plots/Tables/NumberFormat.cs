using System.Globalization;

namespace Lab.Plots.Tables;

/// <summary>One way to write all numbers of a column, so that they can be compared at a glance.</summary>
internal sealed class NumberFormat
{
    private const double Large = 1e6;
    private const double Float32Noise = 1e-6;
    private const double Small = 1e-3;

    private readonly int digits;
    private readonly int decimals;
    private readonly bool scientific;

    private NumberFormat(int digits, int decimals, bool scientific) =>
        (this.digits, this.decimals, this.scientific) = (digits, decimals, scientific);

    /// <summary>As many decimals as these values need, and at most <paramref name="digits"/>.</summary>
    public static NumberFormat For(IEnumerable<double> values, int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        var sizes = values.Where(v => double.IsFinite(v) && v != 0).Select(Math.Abs).ToArray();
        if (sizes.Length == 0)
            return new(digits, 0, false);
        var most = sizes.Max();
        if (most < Small || most >= Large && sizes.Any(v => v != Math.Floor(v) || v >= 1e15))
            return new(digits, 0, true);
        // Large numbers have fewer decimals, as many digits in all.
        var allowed = Math.Max(0, digits - Math.Max(0, (int)Math.Floor(Math.Log10(most)) - 2));
        var decimals = 0;
        // Zeros are left out only where they say nothing: 0.99995 stays 1.0000.
        var written = sizes.Where(v => !IsLost(v, allowed)).ToArray();
        while (decimals < allowed && written.Any(v => Math.Abs(v - Math.Round(v, decimals)) > Float32Noise * v))
            decimals++;
        return new(digits, decimals, false);
    }

    /// <summary>The number as text; what would be rounded to zero without being zero is written as a power.</summary>
    public string Write(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+∞" : "-∞";
        if (value != 0 && (scientific || IsLost(Math.Abs(value), decimals)))
            return Power(value);
        var text = value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return text.TrimStart('-').Trim('0', '.') == "" ? text.TrimStart('-') : text;
    }

    /// <summary>Whether so few decimals would turn the number into 0.</summary>
    private static bool IsLost(double size, int decimals) => size < 0.5 * Math.Pow(10, -decimals);

    private string Power(double value)
    {
        var text = value.ToString($"E{Math.Max(digits - 1, 0)}", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = (text[..text.IndexOf('E', StringComparison.Ordinal)], text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..]);
        if (mantissa.Contains('.', StringComparison.Ordinal))
            mantissa = mantissa.TrimEnd('0').TrimEnd('.');
        return $"{mantissa}e{int.Parse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}";
    }
}
