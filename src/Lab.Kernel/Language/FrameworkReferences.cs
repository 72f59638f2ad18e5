using Lab.Notebooks.Sessions;
using Microsoft.CodeAnalysis;

namespace Lab.Kernel.Language;

/// <summary>
/// The framework as the compiler of a project sees it: the SDK's reference assemblies, which have doc comments and no
/// internals. Where there is no SDK, the framework that runs.
/// </summary>
internal static class FrameworkReferences
{
    /// <summary>The doc comments beside an assembly, read when somebody asks for one.</summary>
    public static DocumentationProvider? Documentation(string path)
    {
        var beside = Path.ChangeExtension(path, ".xml");
        return File.Exists(beside) ? XmlDocumentationProvider.CreateFromFile(beside) : null;
    }

    public static IReadOnlyList<MetadataReference> Find()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var packs = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        var major = Environment.Version.Major;
        var folder = (Directory.Exists(packs) ? Directory.GetDirectories(packs, $"{major}.*") : [])
            .OrderByDescending(pack => Version.TryParse(Path.GetFileName(pack), out var version) ? version : new())
            .Select(pack => Path.Combine(pack, "ref", $"net{major}.0"))
            .FirstOrDefault(Directory.Exists);
        return folder is null
            ? [.. ReferenceResolver.Framework()]
            : [.. Directory.GetFiles(folder, "*.dll").Select(ReferenceResolver.Of)];
    }
}
