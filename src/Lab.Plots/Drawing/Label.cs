using System.Globalization;
using System.Text;

namespace Lab.Plots.Drawing;

/// <summary>Text inside a chart: plotly.js reads a few HTML tags there, so that what users write is escaped first.</summary>
internal static class Label
{
    /// <summary>Shows the text as it is.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("$", "&#36;", StringComparison.Ordinal);

    /// <summary>A number of a few digits, with words for what is no number.</summary>
    public static string Number(double value, int digits = 4) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        _ => Plain(value.ToString($"G{digits}", CultureInfo.InvariantCulture)).Replace('-', '−'),
    };

    /// <summary>1.5e-7 instead of 1.5E-07.</summary>
    private static string Plain(string number) => number.IndexOf('E', StringComparison.Ordinal) is var e and >= 0
        ? $"{number[..e]}e{int.Parse(number[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}"
        : number;

    /// <summary>Breaks a text into lines of at most this many characters, at spaces.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        lines.Add(line.ToString());
        return lines;
    }

    /// <summary>The wrapped, escaped text with line breaks for plotly.js.</summary>
    public static string Block(string text, int width) => string.Join("<br>", Wrap(text, width).Select(Escape));
}
