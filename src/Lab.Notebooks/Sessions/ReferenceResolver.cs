using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// Resolves <c>#r</c>. An assembly that this process has already (the kit's own, TorchSharp, the framework) is always
/// taken from where the process has it, whatever copy the path names: one identity for every type, one LibTorch.
/// </summary>
internal sealed class ReferenceResolver(string baseDirectory) : MetadataReferenceResolver
{
    private static readonly Lazy<Dictionary<string, string>> ownAssemblies = new(() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .GroupBy(path => Path.GetFileNameWithoutExtension(path)!, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase));

    private static readonly ConcurrentDictionary<string, PortableExecutableReference> opened = new();

    /// <summary>A reference to an assembly file; the same one every time, so that cells agree on its types.</summary>
    public static PortableExecutableReference Of(string path) => opened.GetOrAdd(
        path, static file => MetadataReference.CreateFromFile(file, documentation: Documentation?.Invoke(file)));

    /// <summary>Where an assembly's doc comments come from, for a process that shows them; to be set before the first session.</summary>
    public static Func<string, DocumentationProvider?>? Documentation { get; set; }

    /// <summary>The framework's assemblies, which every cell may use.</summary>
    public static IEnumerable<MetadataReference> Framework()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location);
        return ownAssemblies.Value.Values
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(Of);
    }

    public override bool ResolveMissingAssemblies => true;

    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if (ownAssemblies.Value.TryGetValue(referenceIdentity.Name, out var own))
            return Of(own);
        var beside = (definition as PortableExecutableReference)?.FilePath is { } path
            ? Path.Combine(Path.GetDirectoryName(path)!, referenceIdentity.Name + ".dll")
            : null;
        return File.Exists(beside) ? Of(beside) : null;
    }

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        var folder = Path.IsPathRooted(baseFilePath) ? Path.GetDirectoryName(baseFilePath)! : baseDirectory;
        var path = Path.GetFullPath(Path.Combine(folder, reference));
        var name = Path.GetFileNameWithoutExtension(reference);
        var isFile = File.Exists(path);
        var isOwnByName = reference.IndexOfAny(['/', '\\']) < 0 && !isFile;
        if (!isFile && !isOwnByName)
            return [];
        if (ownAssemblies.Value.TryGetValue(name, out var own) || (isOwnByName && ownAssemblies.Value.TryGetValue(reference, out own)))
            path = own;
        else if (!isFile)
            return [];
        return [(PortableExecutableReference)Of(path).WithProperties(properties)];
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
