using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Notebooks.Documents;

/// <summary>
/// Writes JSON exactly as Jupyter does (Python's <c>json.dumps(indent=1, ensure_ascii=False)</c>): one level a line,
/// keys in the order they have, numbers as they were read, non-ASCII text unescaped, a newline at the end.
/// </summary>
internal static class JupyterJson
{
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads JSON, refusing comments, trailing commas and repeated keys.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonNode? Parse(string text) => JsonNode.Parse(text, documentOptions: strict);

    public static string Write(JsonNode root, string indent = " ")
    {
        var text = new StringBuilder();
        Write(text, root, indent, depth: 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, string indent, int depth)
    {
        switch (node)
        {
            case JsonObject members:
                WriteMany(text, '{', '}', members, indent, depth, member =>
                {
                    WriteString(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, indent, depth + 1);
                });
                break;
            case JsonArray items:
                WriteMany(text, '[', ']', items, indent, depth, item => Write(text, item, indent, depth + 1));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteString(text, value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void WriteMany<T>(
        StringBuilder text, char open, char close, ICollection<T> items, string indent, int depth, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "\n" : ",\n").Insert(text.Length, indent, depth + 1);
            write(item);
            first = false;
        }
        if (!first)
            text.Append('\n').Insert(text.Length, indent, depth);
        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }
}
