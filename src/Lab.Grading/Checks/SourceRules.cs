using Lab.Grading.Reports;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Lab.Grading.Checks;

/// <summary>Ways to write code that a lab does not need, and that would get round its rules.</summary>
internal static class SourceRules
{
    private static readonly HashSet<string> attributes = ["System.FlagsAttribute", "System.ObsoleteAttribute", "System.ParamArrayAttribute"];
    private static readonly HashSet<string> reservedSpaces = ["TorchSharp", "System", "Microsoft", "Lab"];
    private static readonly HashSet<string> reservedTypes = ["Tensor", "torch", "TorchSharp", "nn", "Scalar", "TensorIndex", "DisposeScope", "ScalarType"];

    public static IEnumerable<Finding> Find(SemanticModel model, SyntaxNode root)
    {
        foreach (var trivia in root.DescendantTrivia(descendIntoTrivia: false).Where(t => t.IsDirective))
            if (trivia.GetStructure() is LineOrSpanDirectiveTriviaSyntax or LoadDirectiveTriviaSyntax or ReferenceDirectiveTriviaSyntax)
                yield return At(trivia.GetLocation(), "Lines are not renumbered, and nothing is loaded, by directives in a lab.");
        foreach (var node in root.DescendantNodes())
            if (Refuse(model, node) is { } why)
                yield return At(node.GetLocation(), why);
    }

    /// <summary>A finding at a place of the file, whatever the file says its lines are.</summary>
    public static Finding At(Location location, string message)
    {
        var place = location.GetLineSpan().StartLinePosition;
        return new(place.Line + 1, place.Character + 1, message);
    }

    private static string? Refuse(SemanticModel model, SyntaxNode node) => node switch
    {
        UsingDirectiveSyntax { GlobalKeyword.RawKind: (int)SyntaxKind.GlobalKeyword } => "A lab has one file: a using need not be global.",
        ExternAliasDirectiveSyntax => "extern alias is not used in a lab.",
        BaseNamespaceDeclarationSyntax space when reservedSpaces.Contains(space.Name.ToString().Split('.')[0]) =>
            $"The namespace {space.Name} belongs to somebody else.",
        BaseTypeDeclarationSyntax type when reservedTypes.Contains(type.Identifier.ValueText) =>
            $"A type named {type.Identifier.ValueText} would hide the library's.",
        DelegateDeclarationSyntax type when reservedTypes.Contains(type.Identifier.ValueText) =>
            $"A type named {type.Identifier.ValueText} would hide the library's.",
        DestructorDeclarationSyntax => "Finalizers run at any time, and are not used in a lab.",
        ConstructorDeclarationSyntax constructor when Has(constructor.Modifiers, SyntaxKind.StaticKeyword) =>
            "A static constructor runs before any law, and is not used in a lab.",
        AttributeSyntax attribute when model.GetSymbolInfo(attribute).Symbol?.ContainingType is not { } type || !attributes.Contains(SymbolNames.Of(type)) =>
            $"The attribute {attribute.Name} is not used in a lab.",
        FieldDeclarationSyntax field when IsKept(model, field) =>
            "A static field would carry values from one call to the next: use a constant, a readonly number or text, or a parameter.",
        PropertyDeclarationSyntax property when Has(property.Modifiers, SyntaxKind.StaticKeyword) && IsStored(property)
            && !IsSimple(model.GetDeclaredSymbol(property)?.Type) || node is PropertyDeclarationSyntax settable && Has(settable.Modifiers, SyntaxKind.StaticKeyword)
            && IsStored(settable) && settable.AccessorList!.Accessors.Any(a => a.Keyword.IsKind(SyntaxKind.SetKeyword)) =>
            "A static property would carry values from one call to the next: use a constant, or a parameter.",
        EventFieldDeclarationSyntax or EventDeclarationSyntax => "Events are not used in a lab.",
        UnsafeStatementSyntax or FixedStatementSyntax or PointerTypeSyntax or FunctionPointerTypeSyntax => "Pointers are not used in a lab.",
        LockStatementSyntax => "Threads are not used in a lab.",
        AwaitExpressionSyntax => "Tasks are not used in a lab.",
        MakeRefExpressionSyntax or RefTypeExpressionSyntax or RefValueExpressionSyntax => "Typed references are not used in a lab.",
        IdentifierNameSyntax { Identifier.ValueText: "dynamic" } name when model.GetTypeInfo(name).Type is IDynamicTypeSymbol => "dynamic hides what is called, and is not used in a lab.",
        MemberDeclarationSyntax member when Has(member.Modifiers, SyntaxKind.ExternKeyword) => "extern methods are native code, and are not used in a lab.",
        MemberDeclarationSyntax member when Has(member.Modifiers, SyntaxKind.UnsafeKeyword) => "Pointers are not used in a lab.",
        MethodDeclarationSyntax method when Has(method.Modifiers, SyntaxKind.AsyncKeyword) => "Tasks are not used in a lab.",
        LocalFunctionStatementSyntax local when Has(local.Modifiers, SyntaxKind.ExternKeyword) || Has(local.Modifiers, SyntaxKind.AsyncKeyword) => "Neither tasks nor native code are used in a lab.",
        LambdaExpressionSyntax { AsyncKeyword.RawKind: (int)SyntaxKind.AsyncKeyword } => "Tasks are not used in a lab.",
        GlobalStatementSyntax => "Code stands in methods of the class Lab.",
        _ => null,
    };

    private static bool Has(SyntaxTokenList modifiers, SyntaxKind kind) => modifiers.Any(kind);

    private static bool IsStored(PropertyDeclarationSyntax property) => property.ExpressionBody is null
        && (property.AccessorList?.Accessors.Any(a => a.Body is null && a.ExpressionBody is null) ?? false);

    private static bool IsKept(SemanticModel model, FieldDeclarationSyntax field) =>
        Has(field.Modifiers, SyntaxKind.StaticKeyword)
        && (!Has(field.Modifiers, SyntaxKind.ReadOnlyKeyword) || field.Declaration.Variables.Any(v => !IsSimple((model.GetDeclaredSymbol(v) as IFieldSymbol)?.Type)));

    /// <summary>Numbers, text, constants of an enum, and arrays of them: they cannot hold code.</summary>
    private static bool IsSimple(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => IsSimple(array.ElementType),
        { TypeKind: TypeKind.Enum } => true,
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_String } => true,
        _ => false,
    };
}
