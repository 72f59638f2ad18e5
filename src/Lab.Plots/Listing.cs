using System.Net;
using Lab.Plots.Sources;
using Lab.Shared;

namespace Lab.Plots;

/// <summary>Source code of the kit, read from the checkout when it is shown, so that notebooks cannot drift from it.</summary>
[TypeFormatterSource(typeof(ListingFormatters), PreferredMimeTypes = ["text/html"])]
public sealed class Listing
{
    private Listing(string path, string code) => (Path, Code) = (path, code);

    /// <summary>The file, from the checkout's root.</summary>
    public string Path { get; }

    /// <summary>The code, without its indentation.</summary>
    public string Code { get; }

    /// <summary>Shows a member of a type, such as <c>Listing.Of(typeof(Loss), nameof(Loss.CrossEntropy))</c>.</summary>
    /// <param name="type">The type; with no member, all of it is shown.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="docs">Whether the comments above it are shown too.</param>
    /// <param name="allOverloads">Whether all members of that name are shown, rather than the first.</param>
    /// <exception cref="ArgumentException">No file of the checkout declares it.</exception>
    public static Listing Of(Type type, string? member = null, bool docs = false, bool allOverloads = false)
    {
        ArgumentNullException.ThrowIfNull(type);
        var (file, source, found) = SourceFiles.Find(Repository.Root, type, member);
        return From(file, source, found, docs, allOverloads);
    }

    /// <summary>Shows a member of a type that is not static.</summary>
    /// <inheritdoc cref="Of(Type, string?, bool, bool)"/>
    public static Listing Of<T>(string? member = null, bool docs = false, bool allOverloads = false) =>
        Of(typeof(T), member, docs, allOverloads);

    /// <summary>Shows a type or member that a file declares.</summary>
    /// <param name="path">The file, from the checkout's root, such as <c>src/Lab.Core/Losses/CrossEntropy.cs</c>.</param>
    /// <param name="name">The name of a type or member.</param>
    /// <param name="docs">Whether the comments above it are shown too.</param>
    /// <param name="allOverloads">Whether all members of that name are shown, rather than the first.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">The file declares no such name.</exception>
    public static Listing Of(string path, string name, bool docs = false, bool allOverloads = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(name);
        var (file, source, found) = SourceFiles.In(Repository.Root, path, name);
        return From(file, source, found, docs, allOverloads);
    }

    /// <summary>The code with its keywords, strings and comments coloured, as HTML.</summary>
    public string ToHtml() =>
        "<div style=\"margin:4px 0;background:#f6f8fa;color:#1f2328;border:1px solid #d0d7de;border-radius:4px\">"
        + $"<div style=\"padding:4px 12px;font:12px monospace;color:#57606a;border-bottom:1px solid #d0d7de\">{WebUtility.HtmlEncode(Path)}</div>"
        + "<pre style=\"margin:0;padding:8px 12px;background:transparent;color:inherit;font:13px/1.45 Consolas,Menlo,'DejaVu Sans Mono',monospace;overflow-x:auto\">"
        + $"{Highlighter.Html(Code)}</pre></div>";

    /// <summary>The file's name as a comment, and the code.</summary>
    public override string ToString() => $"// {Path}\n{Code}";

    private static Listing From(string file, string source, IReadOnlyList<Declaration> found, bool docs, bool allOverloads)
    {
        var path = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
        var parts = (allOverloads ? found : found.Take(1)).Select(d => Dedent(Cut(source, docs ? d.DocStart : d.Start, d.End)));
        return new(path, string.Join("\n\n", parts));
    }

    /// <summary>The text from the start of its first line, so that all lines have their indentation.</summary>
    private static string Cut(string source, int start, int end)
    {
        var lineStart = start;
        while (lineStart > 0 && source[lineStart - 1] is ' ' or '\t')
            lineStart--;
        return source[lineStart..end].ReplaceLineEndings("\n");
    }

    /// <summary>Takes off the indentation that the first line has; lines with less of it, such as raw strings', keep theirs.</summary>
    private static string Dedent(string code)
    {
        var indent = code.Length - code.TrimStart(' ', '\t').Length;
        var prefix = code[..indent];
        return string.Join('\n', code.Split('\n').Select(line =>
            line.StartsWith(prefix, StringComparison.Ordinal) ? line[indent..].TrimEnd() : line.TrimEnd()));
    }
}
