using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Notebooks.Sessions;

/// <summary>A <c>#!import</c> line.</summary>
/// <param name="Path">The file named, as written.</param>
/// <param name="Line">The line in the cell, from 0.</param>
internal sealed record ImportDirective(string Path, int Line);

/// <summary>A directive that cannot be obeyed.</summary>
/// <param name="Message">Why, and what to write instead.</param>
/// <param name="Span">Where.</param>
internal sealed record BadDirective(string Message, LinePosition Span);

/// <summary>Splits a cell into its imports, which run first, and the C# below them, whose line numbers stay.</summary>
internal sealed partial class CellDirectives
{
    private CellDirectives(string code, IReadOnlyList<ImportDirective> imports, BadDirective? bad)
    {
        Code = code;
        Imports = imports;
        Bad = bad;
    }

    /// <summary>The C#, with blank lines where the imports were.</summary>
    public string Code { get; }

    public IReadOnlyList<ImportDirective> Imports { get; }

    /// <summary>The first directive that is not known, or not in its place.</summary>
    public BadDirective? Bad { get; }

    public static CellDirectives Read(string code)
    {
        if (!code.Contains("#!", StringComparison.Ordinal) && !code.Contains("nuget:", StringComparison.OrdinalIgnoreCase))
            return new(code, [], null);
        var text = SourceText.From(code);
        var root = CSharpSyntaxTree.ParseText(text, ScriptEngine.ParseOptions).GetRoot();
        var firstCode = root.DescendantTokens().FirstOrDefault(token => !token.IsKind(SyntaxKind.None) && token.Span.Length > 0);
        var codeStart = firstCode.Span.Length > 0 ? firstCode.SpanStart : text.Length;

        var imports = new List<ImportDirective>();
        var changes = new List<TextChange>();
        foreach (var trivia in root.DescendantTrivia().Where(trivia => trivia.IsDirective))
        {
            var line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            var written = line.ToString().Trim();
            BadDirective Wrong(string message) => new(message, new(line.LineNumber, trivia.SpanStart - line.Start));

            if (trivia.GetStructure() is ReferenceDirectiveTriviaSyntax reference
                && reference.File.ValueText.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            {
                return new(code, [], Wrong("Packages cannot be fetched from a notebook: the kit's own come with #!import kit.csx."));
            }
            if (!written.StartsWith("#!", StringComparison.Ordinal))
                continue;
            if (ImportLine().Match(written) is not { Success: true } match)
                return new(code, [], Wrong($"'{written}' is not known here; the only directive is #!import FILE."));
            if (trivia.SpanStart > codeStart)
                return new(code, [], Wrong("#!import must stand above the code of its cell, best alone in a cell of its own."));
            imports.Add(new(match.Groups["path"].Value, line.LineNumber));
            changes.Add(new(line.Span, ""));
        }
        return new(text.WithChanges(changes).ToString(), imports, null);
    }

    [GeneratedRegex("""^#!import\s+(?:"(?<path>[^"]+)"|(?<path>\S.*))$""")]
    private static partial Regex ImportLine();
}
