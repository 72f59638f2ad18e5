using System.Net;
using System.Text;
using Lab.Shared;

namespace Lab.Specs.Harness;

/// <summary>How a version of an op fared against a spec's laws, as a table for a notebook or a terminal.</summary>
/// <param name="Op">The op's name.</param>
/// <param name="Results">One per law, in the spec's order.</param>
[TypeFormatterSource(typeof(SpecReportFormatters))]
public sealed record SpecReport(string Op, IReadOnlyList<LawResult> Results)
{
    /// <summary>Whether every law held.</summary>
    public bool Passed => Results.All(r => r.Passed);

    /// <summary>The names of the laws that did not hold.</summary>
    public IReadOnlyList<string> Failed => [.. Results.Where(r => !r.Passed).Select(r => r.Law)];

    /// <summary>One line a law, and the counterexample of each that fails.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Op}: {Results.Count(r => r.Passed)} of {Results.Count} laws hold\n");
        foreach (var result in Results)
            text.Append(result.Passed ? $"  holds  {result.Law}\n" : $"  FAILS  {result.Law}\n         {Reason(result)}\n");
        return text.ToString().TrimEnd();
    }

    /// <summary>The same as an HTML table.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder(
            $"<div><b>{Encode(Op)}</b>: {Results.Count(r => r.Passed)} of {Results.Count} laws hold</div><table style='text-align:left'>");
        foreach (var result in Results)
            html.Append("<tr><td style='white-space:nowrap;vertical-align:top;text-align:left'>")
                .Append(result.Passed ? "✓ holds" : "<b style='color:#D55E00'>✗ fails</b>")
                .Append($"</td><td style='text-align:left'><b>{Encode(result.Law)}</b>: {Encode(result.Sentence)}{(result.Passed ? "" : Detail(result))}</td></tr>");
        return html.Append("</table>").ToString();
    }

    private static string Reason(LawResult result) => result.Counterexample is null
        ? "No case came under it."
        : string.Join("\n         ", [result.Counterexample.Verdict.Reason, .. Given(result.Counterexample)]);

    /// <summary>The inputs, and the options where there are any.</summary>
    private static IEnumerable<string> Given(Counterexample found) =>
        [.. found.Inputs.Select(i => i.ToString()), .. found.Case.Options is { Length: > 0 } options ? [options] : Array.Empty<string>()];

    private static string Detail(LawResult result)
    {
        if (result.Counterexample is not { } found)
            return "<br>No case came under it.";
        var lines = Given(found).Concat(found.Verdict.Evidence.Select(t => t.ToString())).Select(Encode);
        return $"<br>{Encode(found.Verdict.Reason)}<br><code style='white-space:pre-wrap'>{string.Join("<br>", lines)}</code>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>What a notebook kernel asks for, to show a report.</summary>
internal sealed class SpecReportFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<SpecReport>("text/html", r => r.ToHtml()),
        new TypeFormatter<SpecReport>("text/plain", r => r.ToString()),
    ];

    /// <summary>HTML and plain text.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}
