using System.Text.Json.Nodes;
using Lab.Notebooks.Running;

namespace Lab.Notebooks.Checks;

/// <summary>A cell whose output today is not the saved one.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="Message">What differs, in lines for people.</param>
public sealed record OutputDifference(string Cell, IReadOnlyList<string> Message);

/// <summary>
/// Compares a run with the outputs saved in the notebook: kinds and number of outputs, console text and
/// <c>text/plain</c> (<see cref="TextComparer"/>). Pictures and HTML are not compared; of cells tagged <c>varies</c>
/// (timings) only the number and the kinds of outputs are.
/// </summary>
public static class SavedOutputs
{
    /// <summary>All cells that differ; empty where what readers see is what the code prints today.</summary>
    /// <param name="report">A run that succeeded.</param>
    public static IReadOnlyList<OutputDifference> Compare(NotebookReport report)
    {
        var notebook = report.Notebook;
        if (!notebook.CodeCells.Any(cell => cell.WasRun))
            return [new("the notebook", [$"has no saved outputs; lab run --save {notebook.Name} writes them."])];
        return [.. report.Cells.Select(Compare).OfType<OutputDifference>()];
    }

    private static OutputDifference? Compare(CellReport report)
    {
        var saved = report.Cell.Outputs.ToList();
        var now = report.Outputs.Select(output => OutputJson.Of(output, report.Cell.Number)).ToList();
        var (savedKinds, nowKinds) = (Kinds(saved), Kinds(now));
        if (savedKinds != nowKinds)
            return new(report.Name, [$"saved outputs: {savedKinds}", $"  outputs now: {nowKinds}"]);
        if (report.Cell.Varies)
            return null;
        foreach (var (a, b) in saved.Zip(now))
        {
            if (TextComparer.FirstDifference(OutputJson.TextOf(a), OutputJson.TextOf(b)) is { } difference)
            {
                return new(report.Name,
                [
                    $"{OutputJson.KindOf(b)} differs in line {difference.Line}:",
                    $"  saved: {difference.Saved ?? "(no such line)"}",
                    $"    now: {difference.Now ?? "(no such line)"}",
                ]);
            }
        }
        return null;
    }

    private static string Kinds(List<JsonObject> outputs) =>
        outputs.Count == 0 ? "none" : string.Join(", ", outputs.Select(OutputJson.KindOf));
}
