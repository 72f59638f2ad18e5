using System.Text;
using Lab.Shared;

namespace Lab.Core.Pairings;

/// <summary>One thing that the registry has to say about a pairing.</summary>
/// <param name="Fit">How bad it is.</param>
/// <param name="Why">What happens, and why.</param>
/// <param name="Fix">What to write instead.</param>
public sealed record PairingFinding(Fit Fit, string Why, string Fix);

/// <summary>What the registry thinks of a head, an activation, targets and a loss together.</summary>
/// <param name="Subject">What was judged: <c>Softmax → CrossEntropy</c>.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Findings">All there is to say, the worst first; empty when all is right.</param>
/// <param name="Seen">What was seen of real tensors; empty when names were judged.</param>
[TypeFormatterSource(typeof(PairingFormatters))]
public sealed record PairingVerdict(
    string Subject, LossEntry Loss, IReadOnlyList<PairingFinding> Findings, IReadOnlyList<string> Seen)
{
    /// <summary>The worst of the findings; right when there are none.</summary>
    public Fit Fit => Findings.Count == 0 ? Fit.Right : Findings.Max(f => f.Fit);

    /// <summary>The reason of the worst finding, or why it is right.</summary>
    public string Why => Findings.Count == 0 ? Loss.Why : Findings[0].Why;

    /// <summary>What to write instead, or how to call the loss where all is right.</summary>
    public string Fix => Findings.Count == 0 ? Loss.Code : Findings[0].Fix;

    /// <summary>Verdict, reasons and remedies, a line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Word(Fit)}: {Subject}");
        foreach (var fact in Seen)
            text.Append($"\n  seen: {fact}");
        if (Findings.Count == 0)
            text.Append($"\n  {Why}\n  Code: {Fix}");
        foreach (var finding in Findings)
            text.Append($"\n  {finding.Why}\n  Fix: {finding.Fix}");
        return text.ToString();
    }

    /// <summary>The same as HTML with inline styles; legible in light and dark themes.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder(
            $"<div style=\"border-left:4px solid {PairingHtml.Colour(Fit)};padding:2px 12px;max-width:60em;text-align:left\">"
            + $"<div>{PairingHtml.Mark(Fit)} {PairingHtml.Encode(Subject)}</div>");
        foreach (var fact in Seen)
            html.Append($"<div style=\"opacity:0.75\">seen: {PairingHtml.Encode(fact)}</div>");
        if (Findings.Count == 0)
            html.Append($"<div>{PairingHtml.Encode(Why)}</div><div>{PairingHtml.Code(Fix)}</div>");
        foreach (var finding in Findings)
            html.Append($"<div style=\"margin-top:4px\">{PairingHtml.Encode(finding.Why)}</div><div><b>Fix:</b> {PairingHtml.Code(finding.Fix)}</div>");
        return html.Append("</div>").ToString();
    }

    internal static string Word(Fit fit) => fit switch
    {
        Fit.Right => "right",
        Fit.Works => "works, but",
        _ => "wrong",
    };
}
