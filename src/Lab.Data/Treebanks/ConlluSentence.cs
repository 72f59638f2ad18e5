using System.Globalization;

namespace Lab.Data.Treebanks;

/// <summary>A line of a CoNLL-U file: a word, a multiword token, or an empty node.</summary>
/// <param name="Id">A number for a word; <c>3-4</c> for a token of two words; <c>3.1</c> for an empty node.</param>
/// <param name="Form">As it is written.</param>
/// <param name="Lemma">The word in the dictionary.</param>
/// <param name="Upos">Universal part of speech.</param>
/// <param name="Xpos">The language's own part of speech.</param>
/// <param name="Feats">Features.</param>
/// <param name="Head">The number of the head, 0 for the root, <c>_</c> where there is none.</param>
/// <param name="Deprel">The relation to the head.</param>
/// <param name="Deps">Enhanced dependencies.</param>
/// <param name="Misc">Anything else.</param>
public sealed record ConlluRow(
    string Id, string Form, string Lemma = "_", string Upos = "_", string Xpos = "_", string Feats = "_", string Head = "_",
    string Deprel = "_", string Deps = "_", string Misc = "_")
{
    /// <summary>Whether it is a word, and not a multiword token or an empty node.</summary>
    public bool IsWord => Id.All(char.IsAsciiDigit);

    /// <summary>All ten columns.</summary>
    public IReadOnlyList<string> Columns => [Id, Form, Lemma, Upos, Xpos, Feats, Head, Deprel, Deps, Misc];
}

/// <summary>A sentence of a CoNLL-U file.</summary>
/// <param name="Rows">All lines: words, multiword tokens and empty nodes, in order.</param>
/// <param name="Comments">The lines before, with their #.</param>
/// <param name="Line">The line of the file where it begins, from 1; 0 where it came from no file.</param>
public sealed record ConlluSentence(IReadOnlyList<ConlluRow> Rows, IReadOnlyList<string> Comments, int Line = 0)
{
    /// <summary>The words alone.</summary>
    public IReadOnlyList<ConlluRow> Words => [.. Rows.Where(row => row.IsWord)];

    /// <summary>The words as they are written.</summary>
    public IReadOnlyList<string> Forms => [.. Words.Select(word => word.Form)];

    /// <summary>For each word the position of its head, 0 for the root.</summary>
    /// <exception cref="InvalidOperationException">A word without a head.</exception>
    public IReadOnlyList<int> Heads => [.. Words.Select(word => word.Head == "_"
        ? throw new InvalidOperationException($"Word {word.Id}, '{word.Form}', has no head.")
        : int.Parse(word.Head, CultureInfo.InvariantCulture))];

    /// <summary>For each word its relation to its head.</summary>
    public IReadOnlyList<string> Relations => [.. Words.Select(word => word.Deprel)];

    /// <summary>For each word whether it is punctuation.</summary>
    public IReadOnlyList<bool> IsPunctuation => [.. Words.Select(word => word.Upos == "PUNCT" || word.Deprel == "punct")];

    /// <summary>The same sentence with other heads and relations.</summary>
    /// <exception cref="ArgumentException">Not one for each word.</exception>
    public ConlluSentence With(IReadOnlyList<int> heads, IReadOnlyList<string> relations)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(relations);
        var words = Words.Count;
        if (heads.Count != words)
            throw new ArgumentException($"heads must be one for each of the {words} words, got {heads.Count}.", nameof(heads));
        if (relations.Count != words)
            throw new ArgumentException($"relations must be one for each of the {words} words, got {relations.Count}.", nameof(relations));
        var next = 0;
        return this with
        {
            Rows = [.. Rows.Select(row => row.IsWord
                ? row with { Head = heads[next].ToString(CultureInfo.InvariantCulture), Deprel = relations[next++] }
                : row)],
        };
    }
}
