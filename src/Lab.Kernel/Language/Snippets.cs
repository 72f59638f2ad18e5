namespace Lab.Kernel.Language;

/// <summary>Pieces of code that the course's cells use again and again, offered where a statement begins.</summary>
internal static class Snippets
{
    private static readonly (string Name, string Text)[] all =
    [
        ("scope", "using (torch.NewDisposeScope())\n{\n    \n}"),
        ("train", "foreach (var step in Progress.Over(100, \"training\"))\n{\n    using var scope = torch.NewDisposeScope();\n    \n}"),
        ("figure", "Plot.Function(x => x * x, -1, 1, \"What it shows.\", new(\"x\"), new(\"y\"))"),
        ("table", "tensor.Table()"),
    ];

    /// <summary>Those whose names begin as the word before the cursor, where that word begins its line.</summary>
    public static IEnumerable<Suggestion> At(string code, int start, int position)
    {
        var word = code[start..position];
        var lineStart = start == 0 ? 0 : code.LastIndexOf('\n', start - 1) + 1;
        return word.Length >= 2 && string.IsNullOrWhiteSpace(code[lineStart..start])
            ? all.Where(snippet => snippet.Name.StartsWith(word, StringComparison.Ordinal)).Select(snippet => new Suggestion(snippet.Text, "snippet"))
            : [];
    }
}
