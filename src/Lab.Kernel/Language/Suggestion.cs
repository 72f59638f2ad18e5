using System.Text.Json.Nodes;

namespace Lab.Kernel.Language;

/// <summary>One way to go on.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Kind">What it is, such as <c>method</c>: front ends draw a sign for it.</param>
internal sealed record Suggestion(string Text, string Kind);

/// <summary>The ways to go on at a place.</summary>
/// <param name="Start">From where on the text is replaced.</param>
/// <param name="End">Up to where.</param>
/// <param name="Items">The ways, best first.</param>
internal sealed record Suggestions(int Start, int End, IReadOnlyList<Suggestion> Items)
{
    /// <summary>The content of the reply to a <c>complete_request</c>; positions in UTF-16 units.</summary>
    public JsonObject ToReply() => new()
    {
        ["status"] = "ok",
        ["matches"] = new JsonArray([.. Items.Select(item => (JsonNode)item.Text)]),
        ["cursor_start"] = Start,
        ["cursor_end"] = End,
        ["metadata"] = new JsonObject
        {
            ["_jupyter_types_experimental"] = new JsonArray([.. Items.Select(item => (JsonNode)new JsonObject
            {
                ["text"] = item.Text,
                ["type"] = item.Kind,
                ["start"] = Start,
                ["end"] = End,
            })]),
        },
    };
}
