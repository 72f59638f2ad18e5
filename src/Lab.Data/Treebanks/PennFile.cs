using System.Text;
using Lab.Core.Trees;
using Lab.Shared;

namespace Lab.Data.Treebanks;

/// <summary>Reads and writes trees in Penn brackets, as in the Penn treebank's .mrg files: one tree after the other, over any number of lines.</summary>
/// <remarks>
/// Files are UTF-8, gzipped or not. An outer bracket without a label is taken off. Functions and indices in labels (<c>NP-SBJ-1</c>) and
/// empty elements (<c>-NONE-</c>) are kept; <see cref="ParseTree.Plain"/> takes them away.
/// </remarks>
public static class PennFile
{
    /// <summary>Reads all trees of a file.</summary>
    /// <exception cref="InvalidDataException">A bracket that is wrong: the message has the file, its line and what was wanted.</exception>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static IReadOnlyList<ParseTree> Read(string path) => Parse(TextLines.Read(path), path);

    /// <summary>Reads all trees of a text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="InvalidDataException">A bracket that is wrong: the message has the name, its line and what was wanted.</exception>
    public static IReadOnlyList<ParseTree> Parse(string text, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        var (reader, trees) = (new ParseTreeReader(text), new List<ParseTree>());
        var begins = 0;
        try
        {
            while (reader.HasMore)
            {
                begins = reader.Place;
                trees.Add(reader.Next()!);
            }
        }
        catch (FormatException wrong)
        {
            throw new InvalidDataException(
                $"{name}:{TextLines.LineAt(text, reader.Place)}: {wrong.Message} (The tree begins in line {TextLines.LineAt(text, begins)}.)", wrong);
        }
        return trees;
    }

    /// <summary>Writes trees, one a line; beside its place first, then renamed.</summary>
    public static void Write(string path, IEnumerable<ParseTree> trees)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Format(trees)));
    }

    /// <summary>The content of a file.</summary>
    public static string Format(IEnumerable<ParseTree> trees)
    {
        ArgumentNullException.ThrowIfNull(trees);
        return string.Concat(trees.Select(tree => $"{tree}\n"));
    }
}
