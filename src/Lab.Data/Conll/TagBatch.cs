using static TorchSharp.torch;

namespace Lab.Data.Conll;

/// <summary>Sentences as tensors, padded to the longest.</summary>
/// <param name="Words">Word indices, <c>[B, T]</c>, int64; <see cref="TagVocabulary.Padding"/> after the end.</param>
/// <param name="Tags">Label indices, <c>[B, T]</c>, int64; -100 after the end.</param>
/// <param name="Mask">True where there is a word, <c>[B, T]</c>.</param>
public sealed record TagBatch(Tensor Words, Tensor Tags, Tensor Mask);

/// <summary>Words and labels by number: those of a training set, and one number for all other words.</summary>
public sealed class TagVocabulary
{
    /// <summary>The number of padding.</summary>
    public const long Padding = 0;

    /// <summary>The number of every word that is not known.</summary>
    public const long Unknown = 1;

    private readonly Dictionary<string, long> words = [];
    private readonly Dictionary<string, long> labels = [];

    /// <summary>Numbers the words and labels of sentences, in alphabetical order; "O" is label 0.</summary>
    /// <param name="sentences">The training set.</param>
    /// <param name="least">How often a word must come to be known: with 2 or more, unknown words come in training too.</param>
    /// <exception cref="ArgumentException">No sentences, or a least number below 1.</exception>
    public TagVocabulary(IReadOnlyCollection<ConllSentence> sentences, int least = 1)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        if (sentences.Count == 0)
            throw new ArgumentException("sentences must not be empty, got none.", nameof(sentences));
        foreach (var word in sentences.SelectMany(s => s.Words).GroupBy(w => w).Where(w => w.Count() >= least).Select(w => w.Key).Order(StringComparer.Ordinal))
            words[word] = words.Count + 2;
        labels["O"] = 0;
        foreach (var label in sentences.SelectMany(s => s.Labels).Distinct().Order(StringComparer.Ordinal))
            labels.TryAdd(label, labels.Count);
        Labels = [.. labels.OrderBy(label => label.Value).Select(label => label.Key)];
    }

    /// <summary>How many numbers words have: padding and unknown too.</summary>
    public long Words => words.Count + 2;

    /// <summary>The labels by number.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether a word has a number of its own.</summary>
    public bool Knows(string word) => words.ContainsKey(word);

    /// <summary>Sentences as tensors on the CPU.</summary>
    /// <exception cref="ArgumentException">No sentences, or a label that the training set does not have.</exception>
    public TagBatch Encode(IReadOnlyList<ConllSentence> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0)
            throw new ArgumentException("sentences must not be empty, got none.", nameof(sentences));
        var longest = sentences.Max(s => s.Length);
        var (ids, tags, mask) = (new long[sentences.Count, longest], new long[sentences.Count, longest], new bool[sentences.Count, longest]);
        for (var b = 0; b < sentences.Count; b++)
        {
            var (text, marks) = (sentences[b].Words, sentences[b].Labels);
            for (var t = 0; t < longest; t++)
            {
                mask[b, t] = t < text.Count;
                ids[b, t] = mask[b, t] ? words.GetValueOrDefault(text[t], Unknown) : Padding;
                tags[b, t] = mask[b, t] ? Number(marks[t], sentences[b]) : -100;
            }
        }
        return new(tensor(ids), tensor(tags), tensor(mask));
    }

    /// <summary>The labels of tags, one list per row, without padding.</summary>
    /// <param name="tags"><c>[B, T]</c>, int64; below 0 after the end.</param>
    public IReadOnlyList<IReadOnlyList<string>> Decode(Tensor tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        using var scope = NewDisposeScope();
        var (length, numbers) = ((int)tags.size(1), tags.cpu().contiguous().data<long>().ToArray());
        return [.. numbers.Chunk(length).Select(row => (IReadOnlyList<string>)[.. row.Where(tag => tag >= 0).Select(tag => Labels[(int)tag])])];
    }

    private long Number(string label, ConllSentence sentence) => labels.TryGetValue(label, out var number)
        ? number
        : throw new ArgumentException($"Labels must be of the training set, {string.Join(", ", Labels)}, got '{label}' in the sentence of line {sentence.Line}.", nameof(sentence));
}
