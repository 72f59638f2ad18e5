using System.Text.Json.Nodes;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Requests;

/// <summary>A failed cell's error as front ends show it: coloured, with the cell's line marked.</summary>
internal static class Traceback
{
    private const string Red = "\e[0;31m";
    private const string Bold = "\e[1m";
    private const string Green = "\e[0;32m";
    private const string Plain = "\e[0m";

    /// <summary>The fields <c>ename</c>, <c>evalue</c> and <c>traceback</c>.</summary>
    public static JsonObject Of(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Lines().Select((line, index) => (JsonNode)Coloured(line, index, error))]),
    };

    /// <summary>The same for a cell that took its process down, or whose session is no more.</summary>
    public static JsonObject Of(string name, string reason) => new()
    {
        ["ename"] = name,
        ["evalue"] = reason.Split('\n')[0],
        ["traceback"] = new JsonArray([.. $"{Red}{name}{Plain}: {reason}".Split('\n').Select(line => (JsonNode)line)]),
    };

    private static string Coloured(string line, int index, CellError error)
    {
        var isPlaced = error.Place is not null;
        return index switch
        {
            0 when line.StartsWith(error.Name, StringComparison.Ordinal) => $"{Red}{error.Name}{Plain}{line[error.Name.Length..]}",
            1 when isPlaced => $"{Green}{line}{Plain}",
            2 when isPlaced => $"{Bold}-->{line[3..]}{Plain}",                // in the place of the line number's padding
            _ => line,
        };
    }
}
