using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.QuickInfo;

namespace Lab.Kernel.Language;

/// <summary>What stands at the cursor: its signature and its doc comment, as an editor shows them.</summary>
internal static class Inspector
{
    /// <summary>The content of the reply to an <c>inspect_request</c>.</summary>
    /// <param name="document">The cell, after those that have run.</param>
    /// <param name="position">The cursor; inside a call's parentheses it means the method.</param>
    public static async Task<JsonObject> InspectAsync(Document document, int position)
    {
        foreach (var place in await PlacesAsync(document, position))
        {
            var service = QuickInfoService.GetService(document);
            if (service is not null && await service.GetQuickInfoAsync(document, place) is { Sections.Length: > 0 } info)
                return Found(info);
        }
        return new() { ["status"] = "ok", ["found"] = false, ["data"] = new JsonObject(), ["metadata"] = new JsonObject() };
    }

    private static async Task<IEnumerable<int>> PlacesAsync(Document document, int position)
    {
        var root = (await document.GetSyntaxRootAsync())!;
        var inside = root.FullSpan.Length == 0 ? default : root.FindToken(Math.Clamp(position - 1, 0, root.FullSpan.End));
        var call = inside.Parent?.AncestorsAndSelf().OfType<ArgumentListSyntax>().FirstOrDefault(list => list.Span.Start < position)?.Parent;
        int? method = call switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } => member.Name.SpanStart,
            InvocationExpressionSyntax invocation => invocation.Expression.SpanStart,
            ObjectCreationExpressionSyntax creation => creation.Type.SpanStart,
            _ => null,
        };
        var isNumberOrText = inside.Value is not null && inside.Parent is LiteralExpressionSyntax;    // which says nothing
        return new[] { isNumberOrText ? method ?? -1 : -1, position, position - 1, method ?? -1 }.Where(place => place >= 0 && place <= root.FullSpan.End).Distinct();
    }

    private static JsonObject Found(QuickInfoItem info)
    {
        var signature = Text(QuickInfoSectionKinds.Description);
        string[] rest =
        [
            .. info.Sections.Where(section => section.Kind != QuickInfoSectionKinds.Description)
                .Select(section => section.Text.Trim()).Where(text => text.Length > 0),
        ];
        return new()
        {
            ["status"] = "ok",
            ["found"] = true,
            ["data"] = new JsonObject
            {
                ["text/plain"] = string.Join("\n\n", rest.Prepend(signature)),
                ["text/markdown"] = string.Join("\n\n", rest.Prepend($"```csharp\n{signature}\n```")),
            },
            ["metadata"] = new JsonObject(),
        };

        string Text(string kind) => string.Join('\n', info.Sections.Where(section => section.Kind == kind).Select(section => section.Text.Trim()));
    }
}
