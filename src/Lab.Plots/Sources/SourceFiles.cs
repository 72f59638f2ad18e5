namespace Lab.Plots.Sources;

/// <summary>Finds declarations among the C# files of the checkout.</summary>
internal static class SourceFiles
{
    /// <summary>The file and the declarations in it of a member, or of a type where <paramref name="member"/> is null.</summary>
    public static (string File, string Source, IReadOnlyList<Declaration> Found) Find(string root, Type type, string? member)
    {
        var chain = new Stack<string>();
        for (var t = type; t is not null; t = t.DeclaringType)
            chain.Push(t.Name.Split('`')[0]);
        var types = chain.ToArray();
        if (member == ".ctor")
            member = types[^1];
        var name = member ?? types[^1];
        var around = member is null ? types[..^1] : types;
        foreach (var file in Candidates(root, name, types[^1]))
        {
            var source = File.ReadAllText(file);
            // Most files can be ruled out without being walked.
            if (!source.Contains(name, StringComparison.Ordinal) || !source.Contains(types[^1], StringComparison.Ordinal))
                continue;
            var found = Declarations.Of(source)
                .Where(d => d.Name == name && d.Namespace == (type.Namespace ?? "") && d.Types.SequenceEqual(around)).ToArray();
            if (found.Length > 0)
                return (file, source, found);
        }
        throw new ArgumentException(
            $"No file under {Path.Combine(root, "src")} declares {type.FullName}{(member is null ? "" : $".{member}")}. "
            + "Members that the compiler makes, such as those of records, have no source.");
    }

    /// <summary>The declarations of a name in one file.</summary>
    public static (string File, string Source, IReadOnlyList<Declaration> Found) In(string root, string path, string name)
    {
        var file = Path.GetFullPath(Path.Combine(root, path));
        if (!File.Exists(file))
            throw new FileNotFoundException($"The checkout has no file {path} (looked for {file}).", file);
        var source = File.ReadAllText(file);
        var all = Declarations.Of(source);
        var found = all.Where(d => d.Name == name).ToArray();
        return found.Length > 0 ? (file, source, found) : throw new ArgumentException(
            $"{path} declares no {name}; it declares {string.Join(", ", all.Select(d => d.Name).Distinct().Take(20))}.", nameof(name));
    }

    /// <summary>All files of src: those named after the member first, then those named after its type.</summary>
    private static IEnumerable<string> Candidates(string root, string name, string typeName)
    {
        var src = Path.Combine(root, "src");
        if (!Directory.Exists(src))
            throw new DirectoryNotFoundException($"The checkout has no folder {src}.");
        return Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .OrderBy(file => Rank(Path.GetFileNameWithoutExtension(file), name, typeName)).ThenBy(file => file, StringComparer.Ordinal);
    }

    private static int Rank(string file, string name, string typeName) =>
        file == name ? 0 : file == $"{typeName}.{name}" ? 1 : file == typeName ? 2 : 3;
}
