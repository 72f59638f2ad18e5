using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Lab.Grading.Checks;

/// <summary>Every symbol that a piece of code refers to, whichever way: by name, alias, operator, conversion, loop, query, pattern.</summary>
internal static class References
{
    /// <summary>The symbols with the nodes that refer to them.</summary>
    /// <param name="model">What the compiler knows.</param>
    /// <param name="root">The piece of code.</param>
    public static IEnumerable<(ISymbol Symbol, SyntaxNode Node)> In(SemanticModel model, SyntaxNode root)
    {
        foreach (var node in root.DescendantNodesAndSelf(node => !IsOnlyNamed(node)))
        {
            if (IsOnlyNamed(node))
                continue;
            foreach (var symbol in At(model, node))
                yield return (symbol, node);
        }
    }

    private static IEnumerable<ISymbol> At(SemanticModel model, SyntaxNode node)
    {
        var found = new List<ISymbol?>();
        if (node is ExpressionSyntax or ConstructorInitializerSyntax or AttributeSyntax or OrderingSyntax or SelectOrGroupClauseSyntax or PrimaryConstructorBaseTypeSyntax or PropertyPatternClauseSyntax)
        {
            var info = model.GetSymbolInfo(node);
            found.Add(info.Symbol);
            if (info.Symbol is null)
                found.AddRange(info.CandidateSymbols);
        }
        if (node is ExpressionSyntax expression)
        {
            found.Add(model.GetConversion(expression).MethodSymbol);
            var type = model.GetTypeInfo(expression);
            found.AddRange([Named(type.Type), Named(type.ConvertedType)]);
            found.Add(model.GetCollectionInitializerSymbolInfo(expression).Symbol);
        }
        switch (node)
        {
            case CommonForEachStatementSyntax loop:
                var each = model.GetForEachStatementInfo(loop);
                if (loop is ForEachVariableStatementSyntax taken)
                    Deconstructed(model.GetDeconstructionInfo(taken), found);
                found.AddRange([each.GetEnumeratorMethod, each.MoveNextMethod, each.CurrentProperty, each.DisposeMethod, each.ElementConversion.MethodSymbol]);
                break;
            case QueryClauseSyntax clause:
                var query = model.GetQueryClauseInfo(clause);
                found.AddRange([query.OperationInfo.Symbol, query.CastInfo.Symbol]);
                break;
            case AwaitExpressionSyntax wait:
                found.Add(model.GetAwaitExpressionInfo(wait).GetAwaiterMethod);
                break;
            case AssignmentExpressionSyntax { Left: TupleExpressionSyntax or DeclarationExpressionSyntax } parts:
                Deconstructed(model.GetDeconstructionInfo(parts), found);
                break;
        }
        if (model.GetOperation(node) is { } operation)
            Implied(operation, found);
        foreach (var symbol in found)
            if (symbol is IFunctionPointerTypeSymbol or IPointerTypeSymbol or IDynamicTypeSymbol || symbol is not null && SymbolNames.Of(symbol) is not null)
                yield return symbol!;
    }

    /// <summary>What an operation calls without naming it.</summary>
    private static void Implied(IOperation operation, List<ISymbol?> found)
    {
        found.Add(operation switch
        {
            IInvocationOperation o => o.TargetMethod,
            IObjectCreationOperation o => o.Constructor,
            IPropertyReferenceOperation o => o.Property,
            IMethodReferenceOperation o => o.Method,
            IFieldReferenceOperation o => o.Field,
            IEventReferenceOperation o => o.Event,
            IBinaryOperation o => o.OperatorMethod,
            IUnaryOperation o => o.OperatorMethod,
            IIncrementOrDecrementOperation o => o.OperatorMethod,
            ICompoundAssignmentOperation o => o.OperatorMethod,
            IConversionOperation o => o.OperatorMethod,
            IRecursivePatternOperation o => o.DeconstructSymbol,
            IImplicitIndexerReferenceOperation o => o.IndexerSymbol,
            IListPatternOperation o => o.IndexerSymbol,
            _ => null,
        });
        if (operation is ICompoundAssignmentOperation compound)
            found.AddRange([compound.InConversion.MethodSymbol, compound.OutConversion.MethodSymbol]);
        foreach (var child in operation.ChildOperations)
            if (child.IsImplicit)
                Implied(child, found);
    }

    private static void Deconstructed(DeconstructionInfo info, List<ISymbol?> found)
    {
        found.AddRange([info.Method, info.Conversion?.MethodSymbol]);
        foreach (var part in info.Nested)
            Deconstructed(part, found);
    }

    private static ISymbol? Named(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Named(array.ElementType),
        IDynamicTypeSymbol or IPointerTypeSymbol or IFunctionPointerTypeSymbol => type,
        INamedTypeSymbol { IsAnonymousType: true } => null,
        INamedTypeSymbol named => named.OriginalDefinition,
        _ => null,
    };

    /// <summary>A name that is only written down: in nameof, in a using, as a namespace's or an argument's name.</summary>
    private static bool IsOnlyNamed(SyntaxNode node) =>
        node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } or UsingDirectiveSyntax or NameColonSyntax or NameEqualsSyntax
        || (node is NameSyntax && node.Parent is BaseNamespaceDeclarationSyntax);
}
