using System.Reflection;

namespace Lab.Specs.Harness;

/// <summary>All specs there are: every class with a parameterless constructor that derives from <see cref="Spec"/>.</summary>
public static class SpecCatalog
{
    private static readonly Lazy<ILookup<bool, Spec>> found = new(() =>
        In(typeof(SpecCatalog).Assembly).ToLookup(spec => spec.GetType().Namespace == typeof(Specs.Labs.LabCase).Namespace));

    /// <summary>The specs of the library's ops, by name.</summary>
    public static IReadOnlyList<Spec> All { get; } = [.. found.Value[false]];

    /// <summary>The specs of exercises that are no ops of the library, by name; none has an op's name.</summary>
    public static IReadOnlyList<Spec> Labs { get; } = [.. found.Value[true]];

    /// <summary>The specs in an assembly, by name.</summary>
    public static IReadOnlyList<Spec> In(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return [.. assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Spec)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
            .Select(t => (Spec)Activator.CreateInstance(t)!)
            .OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    /// <summary>The spec of an op or of an exercise by its name.</summary>
    /// <exception cref="ArgumentException">None of that name has a spec.</exception>
    public static Spec Of(string name) => All.Concat(Labs).FirstOrDefault(s => s.Name == name) ?? throw new ArgumentException(
        $"No spec is named \"{name}\". There are: {string.Join(", ", All.Concat(Labs).Select(s => s.Name))}.", nameof(name));
}
