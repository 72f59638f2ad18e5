using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Notebooks.Documents;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>C# to run.</summary>
    Code,

    /// <summary>Text to read.</summary>
    Markdown,

    /// <summary>Neither: nbformat's raw cell, or a kind of the future.</summary>
    Raw,
}

/// <summary>One cell of a notebook: a view on its JSON, so that fields unknown here are kept.</summary>
public sealed class NotebookCell
{
    internal NotebookCell(JsonObject json, int index, int number)
    {
        Json = json;
        Index = index;
        Number = number;
        Kind = (string?)json["cell_type"] switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            _ => CellKind.Raw,
        };
        Source = SourceLines.Join(json["source"])!;
    }

    /// <summary>The cell as nbformat has it.</summary>
    public JsonObject Json { get; }

    /// <summary>Place among all cells, from 0.</summary>
    public int Index { get; }

    /// <summary>Place among the code cells, from 1: the number that notebooks show in brackets. 0 for other cells.</summary>
    public int Number { get; }

    /// <summary>What the cell holds.</summary>
    public CellKind Kind { get; }

    /// <summary>The whole text of the cell.</summary>
    public string Source { get; }

    /// <summary>The cell's id (nbformat 4.5), or null.</summary>
    public string? Id => Json["id"] is JsonValue value && value.TryGetValue<string>(out var id) ? id : null;

    /// <summary>The cell's metadata; empty where the file has none.</summary>
    public JsonObject Metadata => Json["metadata"] as JsonObject ?? [];

    /// <summary>The tags in the cell's metadata.</summary>
    public IEnumerable<string> Tags => (Metadata["tags"] as JsonArray ?? [])
        .Where(tag => tag?.GetValueKind() == JsonValueKind.String)
        .Select(tag => tag!.GetValue<string>());

    /// <summary>True for a cell tagged <c>varies</c>: its output changes from run to run (timings), and is not compared.</summary>
    public bool Varies => Tags.Contains("varies");

    /// <summary>The saved outputs, as nbformat has them; empty where there are none.</summary>
    public IEnumerable<JsonObject> Outputs => (Json["outputs"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>Whether the cell was run when the notebook was saved.</summary>
    public bool WasRun => Json["execution_count"] is JsonValue || Outputs.Any();

    /// <summary>Replaces outputs and execution count.</summary>
    internal void SetOutputs(IEnumerable<JsonObject> outputs, int executionCount)
    {
        Json["execution_count"] = executionCount;
        Json["outputs"] = new JsonArray([.. outputs]);
    }
}
