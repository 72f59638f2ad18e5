using System.IO.Enumeration;

namespace Lab.Cli;

/// <summary>Turns what was typed after <c>lab run</c> into notebook files.</summary>
internal static class RunSelection
{
    private const string Ending = ".ipynb";

    /// <summary>The notebooks meant, in the order named, each once; all of the folder, by name, when nothing was named.</summary>
    /// <param name="folder">The course's notebooks.</param>
    /// <param name="names">Names, with or without ending, leading numbers, globs, or paths.</param>
    /// <param name="current">Where relative paths start.</param>
    /// <exception cref="UserException">Something named is not there.</exception>
    public static IReadOnlyList<string> Find(string folder, IReadOnlyList<string> names, string current)
    {
        string[] known = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal)]
            : [];
        if (names.Count == 0)
            return known.Length > 0 ? known : throw new UserException($"There are no notebooks in {folder}.");
        return [.. names.SelectMany(name => Find(known, name, current)).Distinct()];
    }

    private static List<string> Find(string[] known, string name, string current)
    {
        var path = Path.GetFullPath(Path.Combine(current, name));
        if (File.Exists(path))
        {
            return path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
                ? [path]
                : throw new UserException($"{name} is not an {Ending} file.");
        }
        var wanted = Path.GetFileName(name);
        if (wanted.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            wanted = wanted[..^Ending.Length];
        var found = known.Where(file => Matches(Path.GetFileNameWithoutExtension(file), wanted)).ToList();
        if (found.Count > 0)
            return found;
        var list = known.Length == 0 ? "none" : string.Join(", ", known.Select(Path.GetFileNameWithoutExtension));
        throw new UserException($"There is no notebook {name}. There are: {list}.");
    }

    // 02-softmax, softmax, 02, 2, or a glob.
    private static bool Matches(string name, string wanted)
    {
        if (FileSystemName.MatchesSimpleExpression(wanted, name))
            return true;
        var dash = name.IndexOf('-');
        return dash > 0 && (name[(dash + 1)..].Equals(wanted, StringComparison.OrdinalIgnoreCase)
            || (int.TryParse(wanted, out var number) && int.TryParse(name[..dash], out var own) && number == own));
    }
}
