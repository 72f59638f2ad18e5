namespace Lab.Data.Conll;

/// <summary>A sentence of a CoNLL file: a row per word, a column per kind of annotation.</summary>
/// <param name="Rows">At least one; all of the same number of columns, two or more.</param>
/// <param name="Line">The line of the file where it begins, from 1; 0 where it came from no file.</param>
public sealed record ConllSentence(IReadOnlyList<IReadOnlyList<string>> Rows, int Line = 0)
{
    /// <summary>The first column.</summary>
    public IReadOnlyList<string> Words => Column(0);

    /// <summary>The last column.</summary>
    public IReadOnlyList<string> Labels => Column(Rows[0].Count - 1);

    /// <summary>How many words.</summary>
    public int Length => Rows.Count;

    /// <summary>A sentence of words and labels alone.</summary>
    /// <exception cref="ArgumentException">None, or not as many of one as of the other.</exception>
    public static ConllSentence Of(IReadOnlyList<string> words, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(labels);
        if (words.Count == 0 || words.Count != labels.Count)
            throw new ArgumentException($"labels must be one per word, and at least one: got {labels.Count} for {words.Count} words.", nameof(labels));
        return new([.. words.Zip(labels, (word, label) => (IReadOnlyList<string>)[word, label])]);
    }

    /// <summary>A column, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such column.</exception>
    public IReadOnlyList<string> Column(int column)
    {
        if (column < 0 || column >= Rows[0].Count)
            throw new ArgumentOutOfRangeException(nameof(column), column, $"Must be in [0, {Rows[0].Count}).");
        return [.. Rows.Select(row => row[column])];
    }

    /// <summary>The same words with other labels.</summary>
    /// <exception cref="ArgumentException">Not one label per word.</exception>
    public ConllSentence WithLabels(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != Length)
            throw new ArgumentException($"labels must be one per word, {Length}, got {labels.Count}.", nameof(labels));
        return this with { Rows = [.. Rows.Zip(labels, (row, label) => (IReadOnlyList<string>)[.. row.SkipLast(1), label])] };
    }
}
