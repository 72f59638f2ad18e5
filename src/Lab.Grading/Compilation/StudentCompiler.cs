using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Lab.Core.Activations;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Grading.Compilation;

/// <summary>Compiles one student's file: one file, fixed references, no generators, no analyzers, no unsafe code.</summary>
internal static class StudentCompiler
{
    /// <summary>How the file is called in messages.</summary>
    public const string FileName = "Lab.cs";

    private const int MostFindings = 20;

    private static readonly string[] implicitUsings = ["System", "System.Collections.Generic", "System.Linq"];

    private static readonly CSharpParseOptions parsing = new(LanguageVersion.CSharp14, DocumentationMode.None);

    // Debug: the lines that messages name are then the right ones, and the same at every run.
    private static readonly CSharpCompilationOptions options = new(
        OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Debug, allowUnsafe: false,
        nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false, deterministic: true,
        generalDiagnosticOption: ReportDiagnostic.Default, metadataImportOptions: MetadataImportOptions.Public);

    private static readonly Lazy<CSharpCompilation> empty = new(() => CSharpCompilation.Create("Student", null, FixedReferences.All, options));

    /// <summary>Parses and binds a file; nothing of it has run yet.</summary>
    public static StudentCompilation Compile(string text, LabManifest lab, CancellationToken cancel = default)
    {
        var source = SourceText.From(WithoutKitUsings(text), Encoding.UTF8);
        var tree = CSharpSyntaxTree.ParseText(source, parsing, FileName, cancellationToken: cancel);
        var compilation = empty.Value.AddSyntaxTrees(tree, CSharpSyntaxTree.ParseText(SourceText.From(Prelude(lab), Encoding.UTF8), parsing, "kit", cancellationToken: cancel));
        var errors = compilation.GetDiagnostics(cancel).Where(d => d.Severity == DiagnosticSeverity.Error)
            .OrderBy(d => d.Location.SourceSpan.Start).Take(MostFindings).Select(Plain).ToImmutableArray();
        return new(compilation, tree, errors);
    }

    /// <summary>Compiles something, so that the compiler is ready when somebody waits for it.</summary>
    public static void WarmUp()
    {
        var lab = new LabManifest { Lab = "00", Title = "", Minutes = 1, Difficulty = 1, Exercises = [] };
        Emit(Compile("using static TorchSharp.torch; public static class Lab { public static Tensor F(Tensor x, long d) => (x - x.amax([d], true)).exp().sum(d); }", lab));
    }

    /// <summary>Emits the assembly.</summary>
    public static (byte[] Assembly, byte[] Symbols) Emit(StudentCompilation compiled, CancellationToken cancel = default)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compiled.Compilation.Emit(assembly, symbols,
            options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancel);
        return result.Success
            ? (assembly.ToArray(), symbols.ToArray())
            : throw new InvalidOperationException($"A compilation without errors was not emitted: {result.Diagnostics.FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error)}");
    }

    /// <summary>What an error says, without the mapping of lines that a file may ask for.</summary>
    private static Finding Plain(Diagnostic error)
    {
        var place = error.Location.GetLineSpan().StartLinePosition;
        var message = error.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        return new(place.Line + 1, place.Character + 1, $"{error.Id}: {Cut(message)}{CompilerNotes.For(error.Id)}");
    }

    private static string Cut(string message) => message.Length <= 400 ? message : message[..400] + "...";

    /// <summary>
    /// The kit's types that a lab's signatures and allowed ops need are in scope by themselves; a using of one of the kit's
    /// namespaces, which editors add, would meet the class Lab instead, and is blanked out.
    /// </summary>
    private static string WithoutKitUsings(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, parsing).GetRoot();
        if (root is not CompilationUnitSyntax unit)
            return text;
        var blanked = new StringBuilder(text);
        foreach (var directive in unit.Usings.Where(u => u.NamespaceOrType.ToString().StartsWith("Lab.Core.", StringComparison.Ordinal) && u.Alias is null))
            for (var i = directive.Span.Start; i < directive.Span.End; i++)
                blanked[i] = text[i] is '\r' or '\n' ? text[i] : ' ';
        return blanked.ToString();
    }

    private static string Prelude(LabManifest lab)
    {
        var namespaces = lab.Exercises.SelectMany(KitNamespaces).Distinct().Order(StringComparer.Ordinal).ToList();
        return string.Concat(
        [
            namespaces.Count > 0 ? $"extern alias {FixedReferences.KitAlias};\n" : "",
            .. implicitUsings.Concat(namespaces.Select(n => $"{FixedReferences.KitAlias}::{n}")).Select(n => $"global using {n};\n"),
        ]);
    }

    private static IEnumerable<string> KitNamespaces(ExerciseManifest exercise)
    {
        var invoke = SpecCatalog.Of(exercise.Spec).VersionType.GetMethod("Invoke")!;
        var kit = typeof(Activation).Assembly;
        var types = invoke.GetParameters().Select(p => p.ParameterType).Append(invoke.ReturnType).SelectMany(Parts)
            .Where(t => t.Assembly == kit).Select(t => t.Namespace!);
        return types.Concat(exercise.Allowed.Select(a => NamespaceOf(kit, a)).OfType<string>());
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];

    /// <summary>Of a symbol's full name, the longest part that is a type of the kit says the namespace.</summary>
    private static string? NamespaceOf(Assembly kit, string symbol)
    {
        for (var name = symbol; name.Contains('.', StringComparison.Ordinal); name = name[..name.LastIndexOf('.')])
            if (kit.GetType(name) is { } type)
                return type.Namespace;
        return null;
    }
}

/// <summary>A student's file, bound.</summary>
/// <param name="Compilation">The compilation.</param>
/// <param name="Tree">The tree of the student's file.</param>
/// <param name="Errors">What the compiler refuses; empty where it compiles.</param>
internal sealed record StudentCompilation(CSharpCompilation Compilation, SyntaxTree Tree, ImmutableArray<Finding> Errors);
