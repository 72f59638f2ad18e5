using System.Text.Json.Nodes;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Documents;

namespace Lab.Notebooks.Running;

/// <summary>Outputs as nbformat keeps them, keys in Jupyter's order.</summary>
internal static class OutputJson
{
    public static JsonObject Of(CellOutput output, int executionCount)
    {
        switch (output)
        {
            case StreamOutput stream:
                return new()
                {
                    ["name"] = stream.Name,
                    ["output_type"] = "stream",
                    ["text"] = SourceLines.Split(stream.Text),
                };
            case DataOutput data:
                var json = new JsonObject { ["data"] = Of(data.Data) };
                if (data.IsResult)
                    json["execution_count"] = executionCount;
                json["metadata"] = new JsonObject();
                json["output_type"] = data.IsResult ? "execute_result" : "display_data";
                return json;
            default:
                throw new ArgumentException($"An output of a known kind was wanted, got {output.GetType()}.", nameof(output));
        }
    }

    /// <summary>The text that the output is compared by: a stream's text, or a value's <c>text/plain</c>.</summary>
    public static string TextOf(JsonObject output) =>
        SourceLines.Join((string?)output["output_type"] == "stream" ? output["text"] : output["data"]?[MimeBundle.Plain]) ?? "";

    /// <summary>What kind of output it is: stream and name, display or result, and whether it is a figure.</summary>
    public static string KindOf(JsonObject output) => (string?)output["output_type"] switch
    {
        "stream" => (string?)output["name"] ?? "stream",
        "error" => "error",
        "execute_result" => "result" + Figure(output),
        _ => "display" + Figure(output),
    };

    private static string Figure(JsonObject output) => output["data"]?[MimeBundle.Plotly] is null ? "" : " (figure)";

    // A PNG is one line of base64, as Jupyter writes it.
    private static JsonObject Of(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mimeType, text) in bundle.Data)
        {
            data[mimeType] = MimeBundle.IsJson(mimeType) ? JupyterJson.Parse(text)
                : mimeType.StartsWith("image/", StringComparison.Ordinal) && mimeType != "image/svg+xml" ? text
                : SourceLines.Split(text);
        }
        return data;
    }
}
