using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Notebooks.Documents;

/// <summary>nbformat's "multiline string": one string, or an array of lines that keep their line ends.</summary>
internal static class SourceLines
{
    /// <summary>The whole text, or null where the node is neither a string nor an array of strings.</summary>
    public static string? Join(JsonNode? node) => node switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonArray lines when lines.All(line => line?.GetValueKind() == JsonValueKind.String) =>
            string.Concat(lines.Select(line => line!.GetValue<string>())),
        _ => null,
    };

    /// <summary>Lines with their ends, as Jupyter writes them; no empty last line.</summary>
    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }
        return lines;
    }
}
