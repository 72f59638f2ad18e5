using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// A cell's code with a look at the stop button in every loop, method and lambda. All stays on its line, so that line
/// numbers are those of the cell; <see cref="PositionInCell"/> gives columns back.
/// </summary>
/// <remarks>
/// .NET has no safe way to stop code that does not help: aborting a thread (<c>ControlledExecution</c>) killed .NET 10's
/// process in about half of the tries with loops that call anything. Code that looks by itself always stops in good order.
/// </remarks>
internal sealed class StopPoints
{
    private const string Look = "global::Lab.Notebooks.Sessions.StopButton.Look();";

    private readonly List<TextChange> inserted;

    private StopPoints(string code, List<TextChange> inserted)
    {
        this.inserted = inserted;
        Code = inserted.Count == 0 ? code : SourceText.From(code).WithChanges(inserted).ToString();
    }

    /// <summary>The code with its stop points.</summary>
    public string Code { get; }

    /// <summary>Puts stop points into code; code that does not parse stays as it is.</summary>
    public static StopPoints In(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, ScriptEngine.ParseOptions);
        return tree.GetDiagnostics().Any(problem => problem.Severity == DiagnosticSeverity.Error)
            ? None(code)
            : new(code, [.. Inserts(tree.GetRoot())]);
    }

    /// <summary>Code as it is.</summary>
    public static StopPoints None(string code) => new(code, []);

    /// <summary>Where a position of <see cref="Code"/> lies in the cell.</summary>
    public int PositionInCell(int position)
    {
        var shift = 0;
        foreach (var change in inserted)
        {
            if (change.Span.Start + shift >= position)
                break;
            shift += Math.Min(change.NewText!.Length, position - change.Span.Start - shift);
        }
        return position - shift;
    }

    /// <summary>What is to be inserted, in the order of the places; nested bodies that end together close inside out.</summary>
    private static IEnumerable<TextChange> Inserts(SyntaxNode root)
    {
        var at = new SortedDictionary<int, StringBuilder>();
        void Insert(int position, string text)
        {
            if (!at.TryGetValue(position, out var before))
                at[position] = before = new();
            before.Append(text);
        }
        // Descendants come outer first, so that openings stand in order; closings of inner bodies are put before.
        foreach (var body in root.DescendantNodes().Select(BodyOf).OfType<StatementSyntax>())
        {
            if (body is BlockSyntax block)
            {
                Insert(block.OpenBraceToken.Span.End, Look);
                continue;
            }
            Insert(body.SpanStart, "{" + Look);
            Insert(body.Span.End, "}");
        }
        return at.Select(entry => new TextChange(new(entry.Key, 0), entry.Value.ToString()));
    }

    private static StatementSyntax? BodyOf(SyntaxNode node) => node switch
    {
        WhileStatementSyntax loop => loop.Statement,
        DoStatementSyntax loop => loop.Statement,
        ForStatementSyntax loop => loop.Statement,
        CommonForEachStatementSyntax loop => loop.Statement,
        LocalFunctionStatementSyntax function => function.Body,
        MethodDeclarationSyntax method => method.Body,
        AnonymousFunctionExpressionSyntax { Body: BlockSyntax body } => body,
        AccessorDeclarationSyntax accessor => accessor.Body,
        _ => null,
    };
}
