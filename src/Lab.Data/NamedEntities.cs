using Lab.Data.Conll;
using Lab.Data.Entities;

namespace Lab.Data;

/// <summary>The sentences with named entities that the course trains on: <c>data/ner</c>, or any folder with the same three files.</summary>
/// <remarks>
/// Four types, as in CoNLL-2003: persons (PER), places (LOC), organisations (ORG), and others (MISC). With a path that has a slash
/// in it, any folder with <c>train.txt</c>, <c>dev.txt</c> and <c>test.txt</c> in CoNLL columns; or with CoNLL-2003's own
/// <c>eng.train</c>, <c>eng.testa</c> and <c>eng.testb</c>. Those begin a span with I- and write B- only where it touches the one
/// before (IOB1): such labels come as BIO, with the same spans.
/// </remarks>
public static class NamedEntities
{
    /// <summary>The sentences to train on.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Train(string set = "ner") => Read(set, EntityCorpus.Train, "eng.train");

    /// <summary>The sentences to choose by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Dev(string set = "ner") => Read(set, EntityCorpus.Dev, "eng.testa");

    /// <summary>The sentences to be judged by.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Test(string set = "ner") => Read(set, EntityCorpus.Test, "eng.testb");

    private static IReadOnlyList<ConllSentence> Read(string set, string name, string original)
    {
        var folder = DataFolder.Find(set);
        var path = Path.Combine(folder, name);
        if (!File.Exists(path) && File.Exists(Path.Combine(folder, original)))
            path = Path.Combine(folder, original);
        return [.. ConllFile.Read(path).Select(AsBio)];
    }

    /// <summary>IOB1 as BIO; anything else as it is.</summary>
    private static ConllSentence AsBio(ConllSentence sentence)
    {
        var labels = sentence.Labels;
        var spans = EntitySpan.Read(labels);
        var isIob1 = spans.Any(span => labels[span.Start][0] == 'I') && labels.All(label => label[0] is 'O' or 'B' or 'I');
        return isIob1 ? sentence.WithLabels(EntitySpan.Write(spans, sentence.Length)) : sentence;
    }
}
