using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Lab.Kernel.Requests;

/// <summary>What was run in this kernel, and what came out.</summary>
internal sealed class History
{
    private const int Session = 1;

    private readonly List<(int Line, string Input, string? Output)> entries = [];

    public void Add(int line, string input, string? output) => entries.Add((line, input, output));

    /// <summary>The content of the reply to a history request.</summary>
    public JsonObject Answer(JsonObject request)
    {
        var found = request.Text("hist_access_type") switch
        {
            "range" => Range(request),
            "search" => Last(Search(request), request.Number("n")),
            _ => Last(entries, request.Number("n")),
        };
        var withOutput = request.Flag("output", false);
        return new()
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(entry => (JsonNode)new JsonArray(
                Session, entry.Line, withOutput ? new JsonArray(entry.Input, entry.Output) : entry.Input))]),
        };
    }

    // 0 is this session; negative numbers count back to sessions that nobody keeps.
    private IEnumerable<(int Line, string Input, string? Output)> Range(JsonObject request) =>
        request.Number("session") is null or 0 or Session
            ? entries.Where(entry => entry.Line >= (request.Number("start") ?? 0) && entry.Line < (request.Number("stop") ?? int.MaxValue))
            : [];

    private IEnumerable<(int Line, string Input, string? Output)> Search(JsonObject request)
    {
        var pattern = request.Text("pattern", "*");
        var found = entries.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Input, ignoreCase: false));
        return request.Flag("unique", false)
            ? found.Reverse().DistinctBy(entry => entry.Input).Reverse()
            : found;
    }

    private static IEnumerable<(int Line, string Input, string? Output)> Last(
        IEnumerable<(int Line, string Input, string? Output)> found, int? count) => found.TakeLast(count ?? int.MaxValue);
}
