using System.Text;
using Lab.Shared;

namespace Lab.Core.Pairings;

/// <summary>One way to build an output layer: from what is to be predicted to how the output is read.</summary>
/// <param name="Task">What is to be predicted.</param>
/// <param name="Head">The head.</param>
/// <param name="Activation">What comes between head and loss; none as a rule.</param>
/// <param name="Target">What the targets are.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Read">How to read a prediction.</param>
public sealed record GuideRow(string Task, string Head, string Activation, TargetKind Target, string Loss, string Read)
{
    /// <summary>The targets' meaning, dtype, shape and range.</summary>
    public string Targets => Target.Text();

    /// <summary>The activation, or that the head has it inside.</summary>
    public string Between =>
        Entries.Heads.First(h => h.Name == Head).Inside is { Length: > 0 } inside && Activation == "none" ? $"none: {inside} is inside" : Activation;

    /// <summary>What the registry says of the row.</summary>
    public PairingVerdict Verdict => Pairing.Judge(Head, Activation, Target, Loss);
}

/// <summary>Which head goes with which activation, targets and loss: a table to choose from.</summary>
[TypeFormatterSource(typeof(PairingFormatters))]
public sealed class PairingGuide
{
    private static readonly string[] headings = ["To predict", "Head", "Activation", "Targets", "Loss", "To read it"];

    internal PairingGuide(IReadOnlyList<GuideRow> rows) => Rows = rows;

    /// <summary>The rows, by what is to be predicted.</summary>
    public IReadOnlyList<GuideRow> Rows { get; }

    /// <summary>The rows of a head or a loss.</summary>
    /// <param name="name">Its name, in any case; <c>bce</c> and the like will do.</param>
    /// <exception cref="ArgumentException">No head or loss of that name; the nearest is named.</exception>
    public PairingGuide Of(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var heads = Entries.Heads.Select(h => (h.Name, Names: Vocabulary.Names(h)));
        var losses = Entries.Losses.Select(l => (l.Name, Names: Vocabulary.Names(l)));
        var (found, _) = Vocabulary.Find(heads.Concat(losses), name, e => e.Names, "a head or a loss", nameof(name));
        return new([.. Rows.Where(row => row.Head == found || row.Loss == found)]);
    }

    /// <summary>The cells of the rows as text, without the headings.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cells =>
        [.. Rows.Select(r => (string[])[r.Task, r.Head, r.Between, r.Targets, r.Loss, r.Read])];

    /// <summary>The headings of the columns.</summary>
    public static IReadOnlyList<string> Headings => headings;

    /// <summary>The table as aligned text.</summary>
    public override string ToString()
    {
        IReadOnlyList<IReadOnlyList<string>> lines = [headings, .. Cells];
        var widths = Enumerable.Range(0, headings.Length).Select(c => lines.Max(line => line[c].Length)).ToArray();
        return string.Join('\n', lines.Select(line => string.Join("  ", line.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd()));
    }

    /// <summary>The table as HTML with inline styles; legible in light and dark themes.</summary>
    public string ToHtml()
    {
        const string Cell = "text-align:left;vertical-align:top;padding:3px 10px";
        var html = new StringBuilder(
            "<table style=\"border-collapse:collapse;font-size:0.95em;color:inherit;background:transparent\"><thead><tr>");
        foreach (var heading in headings)
            html.Append($"<th style=\"{Cell};border-bottom:2px solid rgba(128,128,128,0.6)\">{PairingHtml.Encode(heading)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var cells in Cells)
        {
            html.Append("<tr style=\"background:transparent\">");
            for (var c = 0; c < cells.Count; c++)
                html.Append(
                    $"<td style=\"{Cell};border-bottom:1px solid rgba(128,128,128,0.35)\">{(c is 1 or 4 || cells[c].Contains('(', StringComparison.Ordinal) && c == 5 ? PairingHtml.Code(cells[c]) : PairingHtml.Encode(cells[c]))}</td>");
            html.Append("</tr>");
        }
        return html.Append("</tbody></table>").ToString();
    }
}
