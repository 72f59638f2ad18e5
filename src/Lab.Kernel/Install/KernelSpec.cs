using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Shared;

namespace Lab.Kernel.Install;

/// <summary>A kernel as Jupyter knows it: its <c>kernel.json</c>.</summary>
internal static class KernelSpec
{
    public const string FileName = "kernel.json";

    private const string Mark = "lab-kit";

    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of this kit's <c>kernel.json</c>: it leads to this checkout from any folder.</summary>
    /// <param name="displayName">What front ends call the kernel.</param>
    public static string Text(string displayName)
    {
        string[] start = OperatingSystem.IsWindows()
            ? ["cmd.exe", "/d", "/c", "call", Path.Combine(Repository.Root, "lab.cmd")]    // call: /c eats quotes that come first
            : [Path.Combine(Repository.Root, "lab")];
        var json = new JsonObject
        {
            ["argv"] = new JsonArray([.. start.Concat(["kernel", "run", "--connection-file", "{connection_file}"]).Select(word => (JsonNode)word)]),
            ["display_name"] = displayName,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject { ["DOTNET_TieredPGO"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
            ["metadata"] = new JsonObject { ["debugger"] = false, [Mark] = Repository.Root },
        };
        return json.ToJsonString(indented) + "\n";
    }

    /// <summary>Whether a kernel's folder is this kit's, of whatever checkout.</summary>
    public static bool IsOurs(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName))) is JsonObject json
                && json["metadata"] is JsonObject metadata && metadata.ContainsKey(Mark);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
