using Microsoft.CodeAnalysis;

namespace Lab.Grading.Binding;

/// <summary>Finds the student's methods among the compiler's symbols: nothing of the student's has run yet.</summary>
internal sealed class StudentMethods
{
    /// <summary>The name of the student's class.</summary>
    public const string ClassName = "Lab";

    private readonly INamedTypeSymbol? type;
    private readonly string problem;

    public StudentMethods(Microsoft.CodeAnalysis.Compilation compilation)
    {
        type = compilation.Assembly.GetTypeByMetadataName(ClassName);
        problem = type is not null ? ""
            : Elsewhere(compilation.Assembly.GlobalNamespace) is { } found
                ? $"Your class {ClassName} stands inside {found.ContainingSymbol.ToDisplayString()}: it must stand outside any namespace or class."
            : $"There is no class {ClassName}: your methods must stand in public static class {ClassName}.";
    }

    /// <summary>The class; null where there is none.</summary>
    public INamedTypeSymbol? Class => type;

    /// <summary>An exercise's method.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="signature">What is wanted.</param>
    /// <param name="why">Why there is none that fits; empty where there is.</param>
    /// <returns>The method, and where each of its parameters stands among the op's.</returns>
    public (IMethodSymbol Method, int[] Places)? Find(string name, Signature signature, out string why)
    {
        why = problem;
        if (type is null)
            return null;
        var found = type.GetMembers(name).OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary).ToList();
        why = found.Count switch
        {
            0 => $"{ClassName} has no method {name}.{Near(name)} Wanted: {signature.Wanted}",
            > 1 => $"{ClassName} has {found.Count} methods {name}; which one is meant? Wanted: {signature.Wanted}",
            _ when found[0] is not { IsStatic: true, DeclaredAccessibility: Accessibility.Public } =>
                $"{name} must be public and static. Wanted: {signature.Wanted}",
            _ when found[0].IsGenericMethod => $"{name} must not be generic. Wanted: {signature.Wanted}",
            _ => "",
        };
        if (why.Length > 0)
            return null;
        var places = signature.Match(Shape(found[0]), out var mismatch);
        why = mismatch ?? "";
        return mismatch is null ? (found[0], places) : null;
    }

    private string Near(string name) =>
        type!.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } other
            ? $" It has {other.Name}: casing matters."
            : "";

    private static INamedTypeSymbol? Elsewhere(INamespaceOrTypeSymbol place)
    {
        foreach (var member in place.GetMembers())
        {
            if (member is INamedTypeSymbol { Name: ClassName, Arity: 0 } named && named.Locations.Any(l => l.IsInSource))
                return named;
            if (member is INamespaceOrTypeSymbol inner && Elsewhere(inner) is { } found)
                return found;
        }
        return null;
    }

    private static MethodShape Shape(IMethodSymbol method) => new(
        [.. method.Parameters.Select(p => (p.Name, (p.RefKind == RefKind.None ? "" : "ref ") + Key(p.Type)))],
        (method.RefKind == RefKind.None ? "" : "ref ") + Key(method.ReturnType));

    /// <summary>The same key as <see cref="TypeNames.Key"/> gives the type at run time; a type of the student's own has another one.</summary>
    private static string Key(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Key(array.ElementType) + $"[{new string(',', array.Rank - 1)}]",
        INamedTypeSymbol { IsTupleType: true, TupleUnderlyingType: { } plain } => Key(plain),
        INamedTypeSymbol named => Name(named) + (named.TypeArguments.Length > 0 && !named.IsUnboundGenericType && !named.IsDefinition
            ? $"<{string.Join(",", named.TypeArguments.Select(Key))}>" : ""),
        _ => type.ToDisplayString(),
    };

    private static string Name(INamedTypeSymbol type)
    {
        var source = type.Locations.Any(l => l.IsInSource) ? "source:" : "";
        return source + (type.ContainingType is { } outer
            ? $"{Name(outer)}+{type.MetadataName}"
            : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}");
    }
}
