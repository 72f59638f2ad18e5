using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;

namespace Lab.Kernel.Language;

/// <summary>Completions from Roslyn's own service: members, types, keywords, overrides and the like.</summary>
internal static class Completer
{
    private const int MaxItems = 400;

    /// <summary>The ways to go on in a cell.</summary>
    /// <param name="document">The cell, after those that have run.</param>
    /// <param name="code">Its text.</param>
    /// <param name="position">The cursor.</param>
    public static async Task<Suggestions> SuggestAsync(Document document, string code, int position)
    {
        var service = CompletionService.GetService(document);
        var list = service is null ? CompletionList.Empty : await service.GetCompletionsAsync(document, position);
        var start = Math.Min(list.ItemsList.Count == 0 ? WordStart(code, position) : list.Span.Start, position);
        var typed = code[start..position];
        // What must also change code elsewhere, such as a type whose using is missing, cannot be had by inserting text.
        List<CompletionItem> plain = [.. list.ItemsList.Where(item => !item.IsComplexTextEdit)];
        List<CompletionItem> fitting = [.. plain.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))];
        if (fitting.Count == 0 && typed.Length > 0)
            fitting = [.. service!.FilterItems(document, [.. plain], typed)];
        var items = fitting
            .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .ThenByDescending(item => item.Rules.MatchPriority)
            .ThenBy(item => item.SortText, StringComparer.OrdinalIgnoreCase)
            .Select(item => new Suggestion(TextOf(item), KindOf(item)))
            .DistinctBy(item => item.Text)
            .Take(MaxItems);
        return new(start, position, [.. Snippets.At(code, start, position), .. items]);
    }

    private static int WordStart(string code, int position)
    {
        while (position > 0 && (char.IsLetterOrDigit(code[position - 1]) || code[position - 1] == '_'))
            position--;
        return position;
    }

    private static string TextOf(CompletionItem item) =>
        item.Properties.TryGetValue("InsertionText", out var text) ? text : item.DisplayText;

    private static string KindOf(CompletionItem item) => item.Tags.FirstOrDefault() switch
    {
        "Method" or "ExtensionMethod" => "function",
        "Local" or "Parameter" or "RangeVariable" => "instance",
        { } tag => tag.ToLowerInvariant(),
        null => "text",
    };
}
