using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Shared;

namespace Lab.Notebooks.Documents;

/// <summary>
/// A Jupyter notebook file (nbformat 4). Fields that are unknown here are kept, and an unchanged notebook that Jupyter
/// wrote is written back byte for byte.
/// </summary>
public sealed class NotebookDocument
{
    private readonly JsonObject json;
    private readonly string indent;

    private NotebookDocument(JsonObject json, string path, string indent)
    {
        this.json = json;
        this.indent = indent;
        Path = path;
        var number = 0;
        Cells = [.. ((JsonArray)json["cells"]!).Select((cell, index) =>
            new NotebookCell((JsonObject)cell!, index, (string?)cell!["cell_type"] == "code" ? ++number : 0))];
    }

    /// <summary>The file that the notebook was read from, and is saved to.</summary>
    public string Path { get; }

    /// <summary>The file's name without its ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The notebook's metadata; empty where the file has none.</summary>
    public JsonObject Metadata => json["metadata"] as JsonObject ?? [];

    /// <summary>The minor version of the format: 5 for files with cell ids.</summary>
    public int FormatMinor => json["nbformat_minor"] is JsonValue value && value.TryGetValue<int>(out var minor) ? minor : 0;

    /// <summary>Every cell, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The cells to run, in order.</summary>
    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.Kind == CellKind.Code);

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">An <c>.ipynb</c> file, nbformat 4.</param>
    /// <exception cref="NotebookException">No such file, broken JSON, or another format.</exception>
    public static NotebookDocument Load(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"Cannot read {path}: {problem.Message}", problem);
        }
        return Parse(text, path);
    }

    /// <summary>Reads a notebook from its text.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="path">The file it belongs to, named in errors and written by <see cref="Save"/>.</param>
    /// <exception cref="NotebookException">Broken JSON, or another format.</exception>
    public static NotebookDocument Parse(string text, string path)
    {
        JsonNode? root;
        try
        {
            root = JupyterJson.Parse(text);
        }
        catch (JsonException problem)
        {
            var where = problem.LineNumber is { } line ? $"line {line + 1}, byte {problem.BytePositionInLine + 1}: " : "";
            throw new NotebookException($"{path} is not a notebook, its JSON is broken: {where}{Trimmed(problem)}", problem);
        }
        var json = Checked(root, path);
        return new(json, path, IndentOf(text));
    }

    /// <summary>The file's text, as <see cref="Save"/> writes it.</summary>
    public string ToJson() => JupyterJson.Write(json, indent);

    /// <summary>Writes the notebook to its file: beside it first, then renamed.</summary>
    /// <exception cref="NotebookException">The file cannot be written; it is as it was.</exception>
    public void Save()
    {
        try
        {
            AtomicFile.Write(Path, Encoding.UTF8.GetBytes(ToJson()));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"Cannot write {Path}: {problem.Message} Nothing was changed.", problem);
        }
    }

    private static JsonObject Checked(JsonNode? root, string path)
    {
        NotebookException Bad(string what) => new($"{path} is not a notebook that can be run: {what}");

        if (root is not JsonObject json)
            throw Bad("an object was wanted at the top.");
        if (json["nbformat"] is not JsonValue format || !format.TryGetValue<int>(out var major) || major != 4)
            throw Bad($"nbformat 4 was wanted, got {json["nbformat"]?.ToJsonString() ?? "none"}.");
        if (json["cells"] is not JsonArray cells)
            throw Bad("it has no list of cells.");
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] is not JsonObject cell)
                throw Bad($"item {i + 1} of its cells is not an object.");
            if (cell["cell_type"] is not JsonValue type || !type.TryGetValue<string>(out _))
                throw Bad($"item {i + 1} of its cells has no cell_type.");
            if (SourceLines.Join(cell["source"]) is null)
                throw Bad($"the source of item {i + 1} of its cells is neither a string nor a list of strings.");
        }
        return json;
    }

    // "… Path: $.cells | LineNumber: 2 | BytePositionInLine: 0." is said already, counted from 1.
    private static string Trimmed(JsonException problem)
    {
        var end = problem.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end < 0)
            end = problem.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? problem.Message : problem.Message[..end];
    }

    private static string IndentOf(string text)
    {
        var start = text.IndexOf('\n') + 1;
        var end = start;
        while (end < text.Length && text[end] is ' ' or '\t')
            end++;
        return start == 0 || end == start ? " " : text[start..end];
    }
}
