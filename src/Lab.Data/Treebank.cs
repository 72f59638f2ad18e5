using Lab.Core.Trees;
using Lab.Data.Treebanks;

namespace Lab.Data;

/// <summary>A sentence twice: its constituents, and its dependencies.</summary>
/// <param name="Tree">With functions and empty elements, as it stands in the file.</param>
/// <param name="Dependencies">The same words, with heads and relations.</param>
public sealed record TreebankSentence(ParseTree Tree, ConlluSentence Dependencies)
{
    /// <summary>The tree as parsers are taught it: <see cref="ParseTree.Plain"/>.</summary>
    public ParseTree Plain => Tree.Plain() ?? throw new InvalidOperationException("The tree has no words.");
}

/// <summary>The treebank that the course trains on: <c>data/treebank</c>, or any folder with the same files.</summary>
public static class Treebank
{
    /// <summary>The sentences to train on.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong, or files that do not hold the same words.</exception>
    public static IReadOnlyList<TreebankSentence> Train(string set = "treebank") => Read(set, "train");

    /// <summary>The sentences to choose by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong, or files that do not hold the same words.</exception>
    public static IReadOnlyList<TreebankSentence> Dev(string set = "treebank") => Read(set, "dev");

    /// <summary>The sentences to be judged by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong, or files that do not hold the same words.</exception>
    public static IReadOnlyList<TreebankSentence> Test(string set = "treebank") => Read(set, "test");

    private static IReadOnlyList<TreebankSentence> Read(string set, string part)
    {
        var folder = DataFolder.Find(set);
        var (brackets, columns) = (Path.Combine(folder, $"{part}.mrg"), Path.Combine(folder, $"{part}.conllu"));
        var (trees, sentences) = (PennFile.Read(brackets), ConlluFile.Read(columns));
        if (trees.Count != sentences.Count)
            throw new InvalidDataException($"{columns}: wanted {trees.Count} sentences, as {brackets} has, got {sentences.Count}.");
        return [.. trees.Zip(sentences, (tree, sentence) => tree.Plain() is { } plain && plain.Words.SequenceEqual(sentence.Forms)
            ? new TreebankSentence(tree, sentence)
            : throw new InvalidDataException(
                $"{columns}:{sentence.Line}: wanted the words of the tree in {brackets}, '{string.Join(' ', tree.Plain()?.Words ?? [])}', got '{string.Join(' ', sentence.Forms)}'."))];
    }
}
