using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lab.Notebooks.Documents;

namespace Lab.Notebooks.Checks;

/// <summary>
/// Checks that a notebook keeps to what .NET Interactive, Verso and this kit's own runner all take: its metadata, its
/// kinds of cells, its imports, and the C# idioms that one of the three lacks.
/// </summary>
public static partial class NotebookLint
{
    private const string Import = "#!import kit.csx";

    /// <summary>Everything that is wrong, in the notebook's order.</summary>
    public static IReadOnlyList<LintFinding> Check(NotebookDocument notebook) =>
    [
        .. CheckNotebook(notebook),
        .. CheckIds(notebook),
        .. CheckFirstCodeCell(notebook),
        .. notebook.Cells.SelectMany(CheckCell),
    ];

    private static IEnumerable<LintFinding> CheckNotebook(NotebookDocument notebook)
    {
        LintFinding Bad(string rule, string message) => new(rule, "notebook", 0, message);

        if (notebook.FormatMinor < 5)
            yield return Bad("format", $"nbformat 4.5 or later is wanted, got 4.{notebook.FormatMinor}.");
        var kernel = notebook.Metadata["kernelspec"];
        if (Text(kernel?["name"]) != ".net-csharp" || Text(kernel?["language"]) != "C#" || Text(kernel?["display_name"]) != ".NET (C#)")
        {
            yield return Bad("kernelspec", """
                metadata.kernelspec must be {"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"}.
                """);
        }
        var kernels = notebook.Metadata["polyglot_notebook"]?["kernelInfo"];
        if (Text(kernels?["defaultKernelName"]) != "csharp" || kernels?["items"] is not JsonArray { Count: > 0 })
        {
            yield return Bad("kernel-info",
                "metadata.polyglot_notebook.kernelInfo must have defaultKernelName csharp, and items.");
        }
    }

    private static IEnumerable<LintFinding> CheckIds(NotebookDocument notebook)
    {
        var seen = new HashSet<string>();
        foreach (var cell in notebook.Cells)
        {
            if (cell.Id is not { } id || !IdShape().IsMatch(id))
                yield return new("cell-id", Where(cell), 0, "the cell needs an id of 1 to 64 letters, digits, - and _.");
            else if (!seen.Add(id))
                yield return new("cell-id", Where(cell), 0, $"the id {id} is taken by an earlier cell.");
        }
    }

    private static IEnumerable<LintFinding> CheckFirstCodeCell(NotebookDocument notebook)
    {
        if (notebook.CodeCells.FirstOrDefault() is { } first && first.Source.Trim() != Import)
            yield return new("import", Where(first), 1, $"the first code cell must hold {Import} and nothing else.");
    }

    private static IEnumerable<LintFinding> CheckCell(NotebookCell cell) => cell.Kind switch
    {
        CellKind.Code => [.. CheckMetadata(cell), .. CheckOutputs(cell), .. CheckCode(cell)],
        CellKind.Markdown => CheckMarkdown(cell),
        _ => [new("cell-kind", Where(cell), 0, $"code and markdown cells only, got {Text(cell.Json["cell_type"])}.")],
    };

    private static IEnumerable<LintFinding> CheckMetadata(NotebookCell cell)
    {
        var polyglot = Text(cell.Metadata["polyglot_notebook"]?["kernelName"]);
        var interactive = Text(cell.Metadata["dotnet_interactive"]?["language"]);
        if (polyglot is "mermaid" or "html" || interactive is "mermaid" or "html")
        {
            yield return new("cell-kind", Where(cell), 0,
                $"a {polyglot ?? interactive} cell runs as C# elsewhere; put diagrams into a fence of a Markdown cell.");
        }
        else if (polyglot != "csharp" || interactive != "csharp")
        {
            yield return new("cell-metadata", Where(cell), 0,
                "a code cell's metadata needs polyglot_notebook.kernelName csharp and dotnet_interactive.language csharp.");
        }
    }

    private static IEnumerable<LintFinding> CheckOutputs(NotebookCell cell)
    {
        if (cell.Outputs.Any(output => Text(output["output_type"]) == "error"))
            yield return new("saved-error", Where(cell), 0, "an error is saved in the cell's outputs.");
        if (cell.Outputs.Any(output => Text(output["name"]) == "stderr"))
            yield return new("saved-error", Where(cell), 0, "text on stderr is saved in the cell's outputs; Verso fails such a cell.");
    }

    private static IEnumerable<LintFinding> CheckCode(NotebookCell cell)
    {
        // The import cell is judged by its own rule; its directive is no C#.
        if (cell.Number == 1 && cell.Source.Trim() == Import)
            return [];
        return CodeIdioms.Check(cell.Source).Select(found => new LintFinding(found.Rule, Where(cell), found.Line, found.Message));
    }

    private static IEnumerable<LintFinding> CheckMarkdown(NotebookCell cell)
    {
        var lines = cell.Source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (AtName().Match(lines[i]) is { Success: true } match)
                yield return new("at-name", Where(cell), i + 1, $"Verso takes {match.Value} for a variable: write it without the @.");
        }
    }

    private static string Where(NotebookCell cell) =>
        cell.Number > 0 ? $"cell {cell.Number}" : $"item {cell.Index + 1} (no code)";

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex IdShape();

    [GeneratedRegex(@"(?<![\w.])@[A-Za-z_]\w*")]
    private static partial Regex AtName();
}
