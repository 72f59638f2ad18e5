using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Lab.Notebooks.Checks;

/// <summary>Finds, in a cell's syntax tree, the C# that one of the kernels lacks.</summary>
internal static class CodeIdioms
{
    /// <summary>The idioms found in a cell, each with its line from 1.</summary>
    public static IEnumerable<(string Rule, int Line, string Message)> Check(string code)
    {
        var root = CSharpSyntaxTree.ParseText(code, Sessions.ScriptEngine.ParseOptions).GetCompilationUnitRoot();
        return Directives(root).Concat(Usings(root)).Concat(Shown(root)).Concat(root.DescendantNodes().SelectMany(Node))
            .Select(found => (found.Rule, LineOf(found.Place), found.Message))
            .OrderBy(found => found.Item2);
    }

    private static IEnumerable<(string Rule, Location Place, string Message)> Directives(CompilationUnitSyntax root)
    {
        foreach (var trivia in root.DescendantTrivia().Where(trivia => trivia.IsDirective))
        {
            var text = trivia.ToString().Trim();
            var place = trivia.GetLocation();
            if (text.StartsWith("#!", StringComparison.Ordinal))
                yield return ("import", place, $"{text}: the one directive is #!import kit.csx, alone in the first code cell.");
            else if (text.Contains("nuget:", StringComparison.OrdinalIgnoreCase))
                yield return ("nuget", place, "#r \"nuget:\" pins a second TorchSharp; the kit's packages come with kit.csx.");
            else if (text.StartsWith("#r", StringComparison.Ordinal) || text.StartsWith("#load", StringComparison.Ordinal))
                yield return ("reference", place, "#r and #load do not find relative paths in Verso; kit.csx brings the kit.");
        }
    }

    // The parser itself says so: a using directive below code is no node of the tree.
    private static IEnumerable<(string Rule, Location Place, string Message)> Usings(CompilationUnitSyntax root) =>
        root.GetDiagnostics().Where(problem => problem.Id is "CS1529")
            .Select(problem => ("using-order", problem.Location, "using directives stand above all else in a cell."));

    private static IEnumerable<(string Rule, Location Place, string Message)> Shown(CompilationUnitSyntax root)
    {
        if (root.Members.LastOrDefault() is GlobalStatementSyntax
            {
                Statement: ExpressionStatementSyntax
                {
                    SemicolonToken.IsMissing: true,
                    Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Display" } } call,
                },
            })
        {
            yield return ("display-semicolon", call.GetLocation(), "end .Display() with a semicolon, or what it returns is shown as well.");
        }
    }

    private static IEnumerable<(string Rule, Location Place, string Message)> Node(SyntaxNode node)
    {
        switch (node)
        {
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "display" or "HTML" } name }:
                yield return ("display", name.GetLocation(),
                    $"{name.Identifier.Text}(...) is .NET Interactive's alone: use value.Display(); or a trailing expression.");
                break;
            case SimpleNameSyntax { Identifier.Text: "DisplayAs" } name:
                yield return ("display", name.GetLocation(), "DisplayAs is .NET Interactive's alone: use value.Display();");
                break;
            case BaseNamespaceDeclarationSyntax space:
                yield return ("namespace", space.Name.GetLocation(), "scripts have no namespaces.");
                break;
            case ExtensionBlockDeclarationSyntax block:
                yield return ("extension", block.Keyword.GetLocation(), "extension blocks do not work in scripts: write a method.");
                break;
            case MethodDeclarationSyntax { Parent: ClassDeclarationSyntax } method
                when method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) is true:
                yield return ("extension", method.Identifier.GetLocation(),
                    "an extension method inside a class does not work in scripts: write a plain method.");
                break;
            case VariableDeclarationSyntax { Parent: FieldDeclarationSyntax { Parent: CompilationUnitSyntax } } variable
                when IsSpan(variable):
                yield return ("span", variable.GetLocation(), "a variable of a cell cannot be a Span: put it into a method.");
                break;
            case IdentifierNameSyntax { Identifier.Text: "dynamic", Parent: VariableDeclarationSyntax or ParameterSyntax } word:
                yield return ("dynamic", word.GetLocation(), "dynamic needs a reference that not every kernel has.");
                break;
            case MemberAccessExpressionSyntax { Name.Identifier.Text: "Error" or "OpenStandardError" } access
                when access.Expression.ToString() is "Console" or "System.Console":
                yield return ("stderr", access.GetLocation(), "Verso fails a cell that writes to stderr: use Console.WriteLine.");
                break;
        }
    }

    private static bool IsSpan(VariableDeclarationSyntax variable)
    {
        static bool Names(TypeSyntax type) => type switch
        {
            GenericNameSyntax { Identifier.Text: "Span" or "ReadOnlySpan" } => true,
            QualifiedNameSyntax qualified => Names(qualified.Right),
            _ => false,
        };
        return Names(variable.Type) || variable.Variables.Any(one => one.Initializer?.Value switch
        {
            StackAllocArrayCreationExpressionSyntax => true,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "AsSpan" } } => true,
            ObjectCreationExpressionSyntax created => Names(created.Type),
            _ => false,
        });
    }

    private static int LineOf(Location place) => place.GetLineSpan().StartLinePosition.Line + 1;
}
