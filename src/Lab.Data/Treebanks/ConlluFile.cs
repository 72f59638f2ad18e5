using System.Globalization;
using System.Text;
using Lab.Core.Trees;
using Lab.Shared;

namespace Lab.Data.Treebanks;

/// <summary>Reads and writes CoNLL-U, the format of Universal Dependencies.</summary>
/// <remarks>
/// Ten columns between tabs, a blank line after each sentence, comments before it. Multiword tokens (<c>3-4</c>) and empty nodes (<c>3.1</c>) are
/// kept as they are; heads count words alone. Files are UTF-8, gzipped or not. What is read is written again byte for byte (where lines end
/// with a line feed). Words may lack a head, in files that are to be annotated. Source: universaldependencies.org/format.html.
/// </remarks>
public static class ConlluFile
{
    private const int Columns = 10;

    /// <summary>Reads all sentences of a file.</summary>
    /// <exception cref="InvalidDataException">A line that is wrong: the message has the file, its number and what is wrong.</exception>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static IReadOnlyList<ConlluSentence> Read(string path) => Parse(TextLines.Read(path), path);

    /// <summary>Reads all sentences of a text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="InvalidDataException">A line that is wrong: the message has the name, its number and what is wrong.</exception>
    public static IReadOnlyList<ConlluSentence> Parse(string text, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        var (sentences, comments, rows) = (new List<ConlluSentence>(), new List<string>(), new List<(ConlluRow Row, int Line)>());
        var line = 0;
        foreach (var read in text.AsSpan().EnumerateLines())
        {
            line++;
            if (read.IsWhiteSpace())
                End();
            else if (read[0] == '#')
            {
                if (rows.Count > 0)
                    throw Wrong(name, line, $"wanted a word or a blank line, got a comment within a sentence: '{read}'.");
                comments.Add(read.ToString());
            }
            else
                rows.Add((Row(read.ToString(), name, line), line));
        }
        End();
        return comments.Count == 0 ? sentences : throw Wrong(name, line, "wanted a sentence after the comment, got the end.");

        void End()
        {
            if (rows.Count == 0)
                return;
            Check(rows, name);
            sentences.Add(new([.. rows.Select(r => r.Row)], [.. comments], rows[0].Line - comments.Count));
            rows.Clear();
            comments.Clear();
        }
    }

    /// <summary>Writes sentences; beside its place first, then renamed.</summary>
    /// <exception cref="ArgumentException">A sentence that could not be read again: the message says why.</exception>
    public static void Write(string path, IEnumerable<ConlluSentence> sentences)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Format(sentences)));
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="ArgumentException">A sentence that could not be read again: the message says why.</exception>
    public static string Format(IEnumerable<ConlluSentence> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var (text, number) = (new StringBuilder(), 0);
        foreach (var sentence in sentences)
        {
            number++;
            foreach (var comment in sentence.Comments)
                text.Append(comment.StartsWith('#') && !comment.Contains('\n', StringComparison.Ordinal)
                    ? comment
                    : throw new ArgumentException($"Comments must be one line that begins with #, got '{comment}' in sentence {number}.", nameof(sentences))).Append('\n');
            foreach (var row in sentence.Rows)
            {
                if (row.Columns.FirstOrDefault(c => c.Length == 0 || c.AsSpan().IndexOfAny('\t', '\n', '\r') >= 0) is { } bad)
                    throw new ArgumentException($"Columns must not be empty or hold a tab or a line end, got '{bad}' in sentence {number}.", nameof(sentences));
                text.AppendJoin('\t', row.Columns).Append('\n');
            }
            text.Append('\n');
            try
            {
                Check([.. sentence.Rows.Select((row, i) => (row, i + 1))], $"sentence {number}");
            }
            catch (InvalidDataException wrong)
            {
                throw new ArgumentException(wrong.Message, nameof(sentences), wrong);
            }
        }
        return text.ToString();
    }

    private static ConlluRow Row(string line, string name, int number)
    {
        var c = line.Split('\t');
        if (c.Length != Columns)
            throw Wrong(name, number, $"wanted {Columns} columns between tabs, got {c.Length}: '{line}'.");
        if (Array.IndexOf(c, "") is >= 0 and var empty)
            throw Wrong(name, number, $"wanted something in each column (_ for nothing), got nothing in column {empty + 1}.");
        return new(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]);
    }

    /// <summary>Numbers in order, heads that are there, and no circle.</summary>
    private static void Check(List<(ConlluRow Row, int Line)> rows, string name)
    {
        var words = rows.Count(r => r.Row.IsWord);
        var (word, empties, covered, heads) = (0, 0, 0, new List<int>());
        foreach (var (row, line) in rows)
        {
            if (row.IsWord)
            {
                word++;
                empties = 0;
                if (row.Id != Text(word))
                    throw Wrong(name, line, $"wanted word {word}, got '{row.Id}'.");
                if (row.Head == "_")
                    continue;
                if (!int.TryParse(row.Head, NumberStyles.None, CultureInfo.InvariantCulture, out var head) || head > words || head == word)
                    throw Wrong(name, line, $"wanted a head in [0, {words}] other than {word}, got '{row.Head}'.");
                heads.Add(head);
                continue;
            }
            if (row.Id.Split('-') is [var first, var last])
            {
                if (first != Text(word + 1) || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) || end <= word + 1 || end > words || word < covered)
                    throw Wrong(name, line, $"wanted a token that begins with word {word + 1} and ends with a later one, within {words} words, got '{row.Id}'.");
                covered = end;
            }
            else if (row.Id != $"{Text(word)}.{Text(++empties)}")
                throw Wrong(name, line, $"wanted a word, a token or an empty node {Text(word)}.{Text(empties)}, got '{row.Id}'.");
            if (row.Head != "_")
                throw Wrong(name, line, $"wanted no head (_) for '{row.Id}', which is no word, got '{row.Head}'.");
        }
        if (words == 0)
            throw Wrong(name, rows[0].Line, "wanted at least one word in the sentence, got none.");
        if (heads.Count == words && !HeadTree.IsTree(heads))
            throw Wrong(name, rows[0].Line, "wanted a tree, got heads that run in a circle in the sentence that begins here.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static InvalidDataException Wrong(string name, int line, string what) => new($"{name}:{line}: {what}");
}
