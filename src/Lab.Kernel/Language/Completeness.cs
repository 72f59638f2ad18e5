using System.Text.Json.Nodes;
using Lab.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Lab.Kernel.Language;

/// <summary>Whether code can run as it is, or wants another line.</summary>
internal static class Completeness
{
    private const string Unit = "    ";

    /// <summary>The content of the reply to an <c>is_complete_request</c>.</summary>
    public static JsonObject Of(string code)
    {
        var directives = CellDirectives.Read(code);
        if (directives.Bad is not null)
            return new() { ["status"] = "invalid" };
        var tree = CSharpSyntaxTree.ParseText(directives.Code, ScriptEngine.ParseOptions);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
            return new() { ["status"] = "incomplete", ["indent"] = Indent(tree) };
        var invalid = tree.GetDiagnostics().Any(problem => problem.Severity == DiagnosticSeverity.Error);
        return new() { ["status"] = invalid ? "invalid" : "complete" };
    }

    /// <summary>One step for each bracket that is open at the end; half a statement goes in one step.</summary>
    private static string Indent(SyntaxTree tree)
    {
        var open = 0;
        var last = SyntaxKind.None;
        foreach (var token in tree.GetRoot().DescendantTokens().Where(token => !token.IsMissing && token.Span.Length > 0))
        {
            last = token.Kind();
            open += last switch
            {
                SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
                _ => 0,
            };
        }
        var continues = open <= 0 && last is not (SyntaxKind.CloseBraceToken or SyntaxKind.SemicolonToken or SyntaxKind.None);
        return string.Concat(Enumerable.Repeat(Unit, Math.Max(0, open) + (continues ? 1 : 0)));
    }
}
