using System.Net;
using System.Text;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Plots;
using Lab.Shared;

namespace Lab.Cli.Exercises;

/// <summary>A counterexample as a picture: what was given, what came, what should have come, as cells of colour.</summary>
internal static class CounterexamplePage
{
    private const int MostAcross = 16;
    private const int MostDown = 24;

    /// <summary>Writes the page.</summary>
    /// <returns>The file; null where a picture says no more than the numbers, or is too large to be one.</returns>
    public static string? Write(LabManifest lab, LawReport law, string folder)
    {
        if (law.Counterexample is not { } found)
            return null;
        var panels = found.Inputs.Concat(found.Got).Concat(found.Expected).Select(Panel).OfType<Figure>().Take(9).ToList();
        if (panels.Count == 0 || found.Inputs.Concat(found.Got).All(t => t.Values.Count < 2))
            return null;
        var first = found.First is { } at && !law.Reason.Contains("differs at", StringComparison.Ordinal) ? $" They part first at [{string.Join(", ", at.Index)}]: got {TensorText.Number(at.Got)}, expected {TensorText.Number(at.Expected)}." : "";
        var figure = panels.Count == 1 ? panels[0] : Figure.Grid(panels, $"{law.Law}: {law.Reason}{first}");
        var page = new StringBuilder("<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>")
            .Append(Encoded($"Lab {lab.Lab}, {law.Exercise}")).Append("</title><body style='font:16px/1.5 Helvetica,Arial,sans-serif;max-width:800px;margin:24px auto;padding:0 12px'>")
            .Append($"<h1 style='font-size:22px'>Lab {Encoded(lab.Lab)}, {Encoded(law.Exercise)}: {Encoded(law.Law)}</h1><p>{Encoded(law.Sentence)}</p>")
            .Append($"<p><b>The smallest case found:</b> {Encoded(found.Case)}</p>")
            .Append(law.Diagnosis is { } diagnosis ? $"<p style='border-left:4px solid #E69F00;padding-left:12px'><b>Likely:</b> {Encoded(diagnosis)}</p>" : "")
            .Append(figure.ToHtml()).Append("</body></html>");
        var file = Path.Combine(folder, "pictures", $"{lab.Lab}-{law.Exercise}.html");
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(page.ToString()));
        return LabSelection.Shown(file);
    }

    /// <summary>A tensor as a matrix: its last dimension across, all others down.</summary>
    private static Figure? Panel(TensorReport tensor)
    {
        var whole = tensor.Shape.Aggregate(1L, (product, size) => product * size);
        if (whole != tensor.Values.Count || whole == 0)
            return null;
        var across = tensor.Shape.Count == 0 ? 1 : (int)tensor.Shape[^1];
        var down = (int)whole / across;
        if (across > MostAcross || down > MostDown)
            return null;
        var cells = new double[down, across];
        for (var i = 0; i < whole; i++)
            cells[i / across, i % across] = tensor.Values[i];
        var name = $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]";
        return Plot.Heatmap(cells, name, title: name, y: down > 1 ? "row" : "", x: "column");
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
