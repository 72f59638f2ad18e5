using Microsoft.CodeAnalysis;

namespace Lab.Grading.Checks;

/// <summary>The compiler's symbols by the names that metadata has.</summary>
internal static class SymbolNames
{
    /// <summary>The assembly that declares a symbol, its type and its member; null where nobody declares it (an array, a parameter).</summary>
    public static (string Assembly, string Type, string? Member)? Of(ISymbol symbol)
    {
        var plain = symbol switch
        {
            IMethodSymbol { ReducedFrom: { } extension } => extension.OriginalDefinition,
            IAliasSymbol alias => alias.Target.OriginalDefinition,
            _ => symbol.OriginalDefinition,
        };
        if (plain is INamedTypeSymbol type)
            return type.ContainingAssembly is null ? null : (type.ContainingAssembly.Name, Of(type), null);
        return plain is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol && plain.ContainingType is { ContainingAssembly: { } assembly } holder
            ? (assembly.Name, Of(holder), plain.MetadataName)
            : null;
    }

    /// <summary>A type's full name.</summary>
    public static string Of(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? $"{Of(outer)}+{type.MetadataName}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{type.MetadataName}"
        : type.MetadataName;
}
