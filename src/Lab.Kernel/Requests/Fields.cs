using System.Text.Json.Nodes;

namespace Lab.Kernel.Requests;

/// <summary>A request's fields, which any client may leave out or fill with anything.</summary>
internal static class Fields
{
    public static string Text(this JsonObject content, string name, string otherwise = "") =>
        content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : otherwise;

    public static bool Flag(this JsonObject content, string name, bool otherwise) =>
        content[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    public static int? Number(this JsonObject content, string name) =>
        content[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
