using System.Text.Json.Nodes;
using Lab.Notebooks.Documents;

namespace Lab.Notebooks.Tests;

/// <summary>Notebooks made for tests.</summary>
internal static class Sample
{
    /// <summary>A file that Jupyter's own writer wrote (json.dumps, sorted keys, indent 1), with every awkward character and number.</summary>
    public static string Jupyter()
    {
        using var stream = typeof(Sample).Assembly.GetManifestResourceStream("jupyter.ipynb")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A notebook of code cells that the lint accepts, but for an import cell.</summary>
    public static NotebookDocument Of(string path, params string[] sources) =>
        NotebookDocument.Parse(Json([.. sources.Select(Code)]).ToJsonString(), path);

    /// <summary>A notebook whose first cell imports the kit, and that the lint accepts.</summary>
    public static JsonObject Portable(params JsonObject[] more) => Json([Code("#!import kit.csx", 0), .. more]);

    public static JsonObject Json(JsonObject[] cells) => new()
    {
        ["cells"] = new JsonArray([.. cells]),
        ["metadata"] = JsonNode.Parse("""
            {
              "kernelspec": { "display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp" },
              "polyglot_notebook": { "kernelInfo": { "defaultKernelName": "csharp", "items": [ { "aliases": [], "name": "csharp" } ] } }
            }
            """),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    };

    public static JsonObject Code(string source, int id) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["id"] = $"code-{id}",
        ["metadata"] = JsonNode.Parse("""
            { "dotnet_interactive": { "language": "csharp" }, "polyglot_notebook": { "kernelName": "csharp" } }
            """),
        ["outputs"] = new JsonArray(),
        ["source"] = source,
    };

    public static JsonObject Markdown(string source, int id) => new()
    {
        ["cell_type"] = "markdown",
        ["id"] = $"text-{id}",
        ["metadata"] = new JsonObject(),
        ["source"] = source,
    };
}
