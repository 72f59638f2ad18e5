using System.Collections.Immutable;
using Lab.Core.Activations;
using Microsoft.CodeAnalysis;
using TorchSharp;

namespace Lab.Grading.Compilation;

/// <summary>What student code is compiled against, whatever the machine or the submission says: the framework, TorchSharp, Lab.Core.</summary>
internal static class FixedReferences
{
    /// <summary>
    /// The alias under which Lab.Core is referenced. The student's class is named Lab, as is the kit's namespace: without an alias
    /// the two would meet.
    /// </summary>
    public const string KitAlias = "kit";

    private static readonly Lazy<ImmutableArray<MetadataReference>> all = new(Find);

    public static ImmutableArray<MetadataReference> All => all.Value;

    private static ImmutableArray<MetadataReference> Find()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return
        [
            .. Directory.EnumerateFiles(framework, "*.dll").Where(IsPublic).Order(StringComparer.Ordinal)
                .Select(file => MetadataReference.CreateFromFile(file)),
            MetadataReference.CreateFromFile(typeof(torch).Assembly.Location),
            MetadataReference.CreateFromFile(typeof(Activation).Assembly.Location, new MetadataReferenceProperties(aliases: [KitAlias])),
        ];
    }

    private static bool IsPublic(string file) => Path.GetFileNameWithoutExtension(file) is { } name
        && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Microsoft.CSharp")
        && !name.EndsWith(".Native", StringComparison.Ordinal);
}
