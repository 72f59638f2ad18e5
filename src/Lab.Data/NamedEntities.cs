using Lab.Data.Conll;
using Lab.Data.Entities;

namespace Lab.Data;

/// <summary>The sentences with named entities that the course trains on: <c>data/ner</c>, or any folder with the same three files.</summary>
/// <remarks>
/// Four types, as in CoNLL-2003: persons (PER), places (LOC), organisations (ORG), and others (MISC). With a path that has a slash
/// in it, any folder with <c>train.txt</c>, <c>dev.txt</c> and <c>test.txt</c> in CoNLL columns.
/// </remarks>
public static class NamedEntities
{
    /// <summary>The sentences to train on.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Train(string set = "ner") => ConllFile.Read(Path.Combine(DataFolder.Find(set), EntityCorpus.Train));

    /// <summary>The sentences to choose by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Dev(string set = "ner") => ConllFile.Read(Path.Combine(DataFolder.Find(set), EntityCorpus.Dev));

    /// <summary>The sentences to be judged by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Test(string set = "ner") => ConllFile.Read(Path.Combine(DataFolder.Find(set), EntityCorpus.Test));
}
