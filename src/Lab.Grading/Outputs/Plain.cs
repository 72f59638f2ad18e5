using System.Globalization;
using System.Net;
using System.Text;

namespace Lab.Grading.Outputs;

/// <summary>
/// Makes text that a student may have had a hand in (names, messages, compiler errors) harmless where it is shown: no control
/// characters, no commands for the program that reads the log.
/// </summary>
internal static class Plain
{
    /// <summary>One line without control characters, of bounded length; what CI systems read as commands is broken up.</summary>
    public static string Line(string text, int most = 500)
    {
        var line = new StringBuilder();
        foreach (var c in text)
        {
            if (line.Length == most)
                return line.Append('…').ToString();
            line.Append(char.IsControl(c) || IsInvisible(c) ? ' ' : c);
        }
        // "::notice::", "##[group]" and "##vso[task" are commands to GitHub and Azure where a line begins with them.
        return line.Replace("::", ": :").Replace("##[", "## [").Replace("##vso", "## vso").ToString();
    }

    /// <summary>The same for several lines.</summary>
    public static string Lines(string text, int most = 8_000) =>
        string.Join('\n', (text.Length > most ? text[..most] + "…" : text).ReplaceLineEndings("\n").Split('\n').Select(l => Line(l, 2_000)));

    /// <summary>One line, for HTML.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(Line(text, 4_000));

    /// <summary>One line for a Markdown table: no mark-up, no links, no mentions.</summary>
    public static string Markdown(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in Line(text))
            escaped.Append("\\`*_{}[]<>()#+!|~@&".Contains(c, StringComparison.Ordinal) ? $"&#{(int)c};" : c.ToString());
        return escaped.ToString();
    }

    /// <summary>A number as it is read: 6 digits, and words for what is none.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        0 => "0",
        _ => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    // Marks that change the direction of text, and surrogates, which XML cannot hold alone.
    private static bool IsInvisible(char c) => c is '\u200B' or '\u200E' or '\u200F' or '\uFEFF' or '\uFFFE' or '\uFFFF'
        or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') || char.IsSurrogate(c);
}
