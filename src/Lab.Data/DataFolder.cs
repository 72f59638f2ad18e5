using Lab.Data.Sets;
using Lab.Shared;

namespace Lab.Data;

/// <summary>Where data sets lie: <c>data/</c> of the checkout, or the folder that <c>LAB_DATA</c> names.</summary>
public static class DataFolder
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "LAB_DATA";

    /// <summary>The folder of all sets.</summary>
    /// <exception cref="DirectoryNotFoundException">Neither <c>LAB_DATA</c> is set nor does the kit run from a checkout.</exception>
    public static string Root => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } elsewhere
        ? Path.GetFullPath(elsewhere)
        : Path.Combine(Repository.Root, "data");

    /// <summary>The folder of a set that the project makes, such as <c>data/digits</c>.</summary>
    public static string Made(string name) => Path.Combine(Root, name);

    /// <summary>The folder of a set that was downloaded, such as <c>data/downloads/mnist</c>; git ignores it.</summary>
    public static string Downloaded(string name) => Path.Combine(Root, "downloads", name);

    /// <summary>The folder of a set: made by the project, downloaded, or anywhere.</summary>
    /// <param name="set">A name such as <c>digits</c> or <c>mnist</c>, or the path of a folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message says how to get a known set.</exception>
    public static string Find(string set)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(set);
        if (set.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
        {
            return Directory.Exists(set)
                ? set
                : throw new DirectoryNotFoundException($"No folder {Path.GetFullPath(set)}.");
        }
        string[] places = [Made(set), Downloaded(set)];
        return places.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException(
            $"No data set '{set}': looked in {string.Join(" and ", places)}. {Remedy(set)}");
    }

    private static string Remedy(string set)
    {
        if (Catalog.Real.Any(real => real.Name == set))
            return $"Get it with: lab data get {set}";
        if (Catalog.Licensed.Any(licensed => licensed.Name == set))
            return $"Its licence does not let the kit fetch it; how to get it says: lab data get {set}";
        return Catalog.Made.Any(made => made.Name == set)
            ? $"Make it with: lab data make {set}"
            : $"Known sets: {string.Join(", ", Catalog.Names)}. A folder's path works too, with a slash in it.";
    }
}
