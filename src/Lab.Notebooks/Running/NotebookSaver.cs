using System.Text.Json.Nodes;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Documents;
using Lab.Notebooks.Figures;

namespace Lab.Notebooks.Running;

/// <summary>What saving did.</summary>
/// <param name="Changed">Whether the file was written: an unchanged notebook is not.</param>
/// <param name="Figures">How many figures the notebook shows.</param>
/// <param name="Missing">Why figures have no picture; empty where all have.</param>
public sealed record SaveReport(bool Changed, int Figures, IReadOnlyList<string> Missing);

/// <summary>
/// Writes a run's outputs into its notebook. Figures are kept as Plotly JSON and as a PNG; their HTML, which would hold
/// the same once more, is left out. A figure whose JSON has not changed keeps its picture, so that saving again changes nothing.
/// </summary>
/// <param name="renderer">Draws the pictures; null where there is no browser.</param>
public sealed class NotebookSaver(FigureRenderer? renderer)
{
    /// <summary>Writes outputs and execution counts of a run into its notebook's file.</summary>
    /// <param name="report">A run that succeeded.</param>
    /// <param name="cancel">Stops before anything is written.</param>
    /// <exception cref="ArgumentException">The run failed: a notebook with errors in it is not saved.</exception>
    /// <exception cref="NotebookException">The file cannot be written.</exception>
    public async Task<SaveReport> SaveAsync(NotebookReport report, CancellationToken cancel = default)
    {
        if (!report.Succeeded)
            throw new ArgumentException($"A run that succeeded was wanted; {report.Notebook.Name} failed.", nameof(report));
        var notebook = report.Notebook;
        var before = notebook.ToJson();
        var old = notebook.CodeCells.SelectMany(cell => cell.Outputs).Select(DataOf).OfType<JsonObject>()
            .Where(data => data[MimeBundle.Plotly] is not null && data[MimeBundle.Png] is not null).ToList();

        var figures = new List<JsonObject>();
        foreach (var cell in report.Cells)
        {
            var outputs = cell.Outputs.Select(output => OutputJson.Of(output, cell.Cell.Number)).ToList();
            figures.AddRange(outputs.Select(DataOf).OfType<JsonObject>().Where(data => data[MimeBundle.Plotly] is not null));
            cell.Cell.SetOutputs(outputs, cell.Cell.Number);
        }
        foreach (var data in figures)
            data.Remove(MimeBundle.Html);
        var missing = await AddPicturesAsync(figures, old, cancel);

        var changed = notebook.ToJson() != before;
        if (changed)
            notebook.Save();
        return new(changed, figures.Count, missing);
    }

    private async Task<IReadOnlyList<string>> AddPicturesAsync(List<JsonObject> figures, List<JsonObject> old, CancellationToken cancel)
    {
        var toDraw = new List<JsonObject>();
        foreach (var data in figures.Where(data => data[MimeBundle.Png] is null))
        {
            if (old.Find(saved => JsonNode.DeepEquals(saved[MimeBundle.Plotly], data[MimeBundle.Plotly])) is { } same)
                SetPicture(data, SourceLines.Join(same[MimeBundle.Png])!.Trim());
            else
                toDraw.Add(data);
        }
        if (toDraw.Count == 0)
            return [];
        if (renderer is null)
            return [$"{toDraw.Count} without a picture: no browser was found (Chromium, Chrome or Edge; {Browser.Variable} names one)"];
        var drawn = await renderer.DrawAsync([.. toDraw.Select(data => data[MimeBundle.Plotly]!.ToJsonString())], cancel);
        var missing = new List<string>();
        foreach (var (data, (png, problem)) in toDraw.Zip(drawn))
        {
            if (png is not null)
                SetPicture(data, Convert.ToBase64String(png));
            else
                missing.Add($"one without a picture: {problem}");
        }
        return missing;
    }

    private static JsonObject? DataOf(JsonObject output) => output["data"] as JsonObject;

    // Mime types stand in order: the picture between application/... and text/....
    private static void SetPicture(JsonObject data, string base64)
    {
        var place = data.TakeWhile(form => string.CompareOrdinal(form.Key, MimeBundle.Png) < 0).Count();
        data.Insert(place, MimeBundle.Png, base64);
    }
}
