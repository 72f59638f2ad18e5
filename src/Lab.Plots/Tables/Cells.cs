using System.Net;
using System.Text;

namespace Lab.Plots.Tables;

/// <summary>A rectangle of texts with a header row, written as plain text, HTML or Markdown.</summary>
/// <param name="Headers">The header row.</param>
/// <param name="Rows">The rows, each as long as the header.</param>
/// <param name="RightAligned">Which columns are aligned to the right.</param>
/// <param name="HeadedRows">Whether the first column names the rows.</param>
internal sealed record Cells(
    IReadOnlyList<string> Headers, IReadOnlyList<string[]> Rows, IReadOnlyList<bool> RightAligned, bool HeadedRows = false)
{
    private const string TableStyle = "border-collapse:collapse;font-size:0.95em;font-variant-numeric:tabular-nums;color:inherit;background:transparent";
    private const string Line = "border-bottom:1px solid rgba(128,128,128,0.35)";

    public string ToPlainText()
    {
        var lines = new List<string[]> { Headers.ToArray() };
        lines.AddRange(Rows);
        var widths = Enumerable.Range(0, Headers.Count).Select(c => lines.Max(line => Width(line[c]))).ToArray();
        return string.Join('\n', lines.Select(line =>
            string.Join("  ", line.Select((cell, c) => Pad(OneLine(cell), widths[c], RightAligned[c]))).TrimEnd()));
    }

    public string ToMarkdown()
    {
        static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        static string Escape(string cell) => WebUtility.HtmlEncode(OneLine(cell)).Replace("|", "\\|", StringComparison.Ordinal);
        return string.Join('\n',
            [Row(Headers.Select(Escape)), Row(RightAligned.Select(right => right ? "---:" : "---")), .. Rows.Select(row => Row(row.Select(Escape)))]);
    }

    public string ToHtml()
    {
        var html = new StringBuilder($"<table style=\"{TableStyle}\"><thead><tr>");
        for (var c = 0; c < Headers.Count; c++)
            html.Append(Cell("th", Headers[c], c, "font-weight:600;border-bottom:2px solid rgba(128,128,128,0.6)"));
        html.Append("</tr></thead><tbody>");
        foreach (var row in Rows)
        {
            html.Append("<tr style=\"background:transparent\">");
            for (var c = 0; c < row.Length; c++)
                html.Append(HeadedRows && c == 0 ? Cell("th", row[c], c, $"font-weight:600;{Line}") : Cell("td", row[c], c, Line));
            html.Append("</tr>");
        }
        return html.Append("</tbody></table>").ToString();
    }

    private string Cell(string tag, string text, int column, string style)
    {
        // This orange is legible on white and on black.
        var strange = text is "NaN" or "+∞" or "-∞" ? ";color:#e0600a;font-weight:700" : "";
        return $"<{tag} style=\"text-align:{(RightAligned[column] ? "right" : "left")};padding:3px 10px;{style}{strange}\">{WebUtility.HtmlEncode(text)}</{tag}>";
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static int Width(string text) => new System.Globalization.StringInfo(OneLine(text)).LengthInTextElements;

    private static string Pad(string text, int width, bool right)
    {
        var space = new string(' ', width - Width(text));
        return right ? space + text : text + space;
    }
}
