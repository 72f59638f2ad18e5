using Lab.Grading.Binding;
using Lab.Grading.Compilation;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;
using Microsoft.CodeAnalysis;

namespace Lab.Grading.Checks;

/// <summary>Judges what a student's code refers to, before any of it runs.</summary>
internal sealed class StudentCheck
{
    private readonly SemanticModel model;
    private readonly SyntaxNode root;
    private readonly Dictionary<SyntaxNode, List<(ISymbol Symbol, SyntaxNode Node)>> references = [];
    private readonly IAssemblySymbol student;
    private readonly HashSet<string> signatureTypes;

    public StudentCheck(StudentCompilation compiled, LabManifest lab)
    {
        model = compiled.Compilation.GetSemanticModel(compiled.Tree);
        root = compiled.Tree.GetRoot();
        student = compiled.Compilation.Assembly;
        signatureTypes = [.. lab.Exercises.SelectMany(e => KitTypes(SpecCatalog.Of(e.Spec)))];
    }

    /// <summary>What no student code may do.</summary>
    public IReadOnlyList<Finding> Dangers()
    {
        var found = SourceRules.Find(model, root).ToList();
        foreach (var (symbol, node) in Of(root))
        {
            if (symbol is IDynamicTypeSymbol)
                found.Add(SourceRules.At(node.GetLocation(), "dynamic hides what is called, and is not used in a lab."));
            else if (symbol is IPointerTypeSymbol or IFunctionPointerTypeSymbol)
                found.Add(SourceRules.At(node.GetLocation(), "Pointers are not used in a lab."));
            else if (Outside(symbol) is var (assembly, type, member) && assembly != "Lab.Core" && ApiRules.Refuse(assembly, type, member) is { } why)
                found.Add(SourceRules.At(node.GetLocation(), why));
        }
        return [.. found.DistinctBy(f => (f.Line, f.Message)).OrderBy(f => f.Line).ThenBy(f => f.Column)];
    }

    /// <summary>What an exercise's method uses, itself or through anything of the file that it can reach, that it is to do by hand.</summary>
    public IReadOnlyList<Finding> Forbidden(ExerciseManifest exercise, IMethodSymbol method)
    {
        var ops = new ForbiddenOps(exercise);
        var found = new List<Finding>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<ISymbol>([method]);
        while (open.TryPop(out var member))
        {
            if (!seen.Add(member))
                continue;
            foreach (var next in Parts(member))
                open.Push(next);
            if (member is INamedTypeSymbol)
                continue;                                                 // its members are looked at one by one, where they can be reached
            foreach (var (symbol, node) in member.DeclaringSyntaxReferences.SelectMany(r => Of(r.GetSyntax())))
            {
                if (SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, student))
                    open.Push(symbol.OriginalDefinition);
                else if (Outside(symbol) is var (assembly, type, name) && !(assembly == "Lab.Core" && signatureTypes.Contains(type)) && ops.Refuse(assembly, type, name) is { } why)
                    found.Add(SourceRules.At(node.GetLocation(), why));
            }
        }
        return [.. found.DistinctBy(f => (f.Line, f.Message)).OrderBy(f => f.Line).ThenBy(f => f.Column)];
    }

    /// <summary>
    /// What else can run where a member is used: of a type, all its members and its base (whoever makes an object may call any of them
    /// through a base or an interface); of a member, the members of its type that run by themselves.
    /// </summary>
    private IEnumerable<ISymbol> Parts(ISymbol member)
    {
        if (member is INamedTypeSymbol type)
            return type.Name == StudentMethods.ClassName && type.ContainingType is null
                ? type.GetMembers().Where(RunsByItself)
                : type.GetMembers().Where(m => m is not INamedTypeSymbol).Concat(type.BaseType is { } parent && SymbolEqualityComparer.Default.Equals(parent.ContainingAssembly, student) ? [parent.OriginalDefinition] : []);
        return member.ContainingType is { } holder && SymbolEqualityComparer.Default.Equals(holder.ContainingAssembly, student) ? [holder.OriginalDefinition] : [];
    }

    private static bool RunsByItself(ISymbol member) => member is IFieldSymbol { IsStatic: true } or IPropertySymbol { IsStatic: true, IsIndexer: false }
        && member.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: not null }
            or Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { Initializer: not null });

    private (string Assembly, string Type, string? Member)? Outside(ISymbol symbol) =>
        SymbolNames.Of(symbol) is { } name && !SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, student) ? name : null;

    private List<(ISymbol Symbol, SyntaxNode Node)> Of(SyntaxNode node)
    {
        if (!references.TryGetValue(node, out var found))
            references[node] = found = [.. References.In(model, node)];
        return found;
    }

    private static IEnumerable<string> KitTypes(Spec spec)
    {
        var invoke = spec.VersionType.GetMethod("Invoke")!;
        return invoke.GetParameters().Select(p => p.ParameterType).Append(invoke.ReturnType).SelectMany(Parts)
            .Where(t => t.Assembly.GetName().Name == "Lab.Core").Select(t => t.FullName!);
        static IEnumerable<Type> Parts(Type type) =>
            type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }
}
