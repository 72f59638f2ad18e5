using System.Text;
using ICSharpCode.SharpZipLib;
using Lab.Shared;

namespace Lab.Data.Conll;

/// <summary>Reads and writes CoNLL columns: a word per line, columns between spaces or tabs, a blank line after each sentence.</summary>
/// <remarks>
/// As in CoNLL-2000 to 2003. Lines that begin a document (<c>-DOCSTART-</c>) are skipped. Files are UTF-8, gzipped or not, with
/// any line ends. The number of columns is that of the first line, and all lines must have it; the last column holds labels:
/// O, or B-, I-, E- or S- and a type.
/// </remarks>
public static class ConllFile
{
    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Reads all sentences of a file.</summary>
    /// <exception cref="InvalidDataException">A line that is wrong: the message has the file, its number and what is wrong.</exception>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static IReadOnlyList<ConllSentence> Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        try
        {
            using var unpacked = Gzip.Starts(file) ? Gzip.Unpack(file) : file;
            unpacked.CopyTo(content);
        }
        catch (Exception damage) when (damage is SharpZipBaseException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: the gzip data is damaged or cut off: {damage.Message}", damage);
        }
        return Parse(content.ToArray(), path);
    }

    /// <summary>Reads all sentences of a text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="InvalidDataException">A line that is wrong: the message has the name, its number and what is wrong.</exception>
    public static IReadOnlyList<ConllSentence> Parse(string text, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        var (sentences, rows) = (new List<ConllSentence>(), new List<IReadOnlyList<string>>());
        var (line, begins, columns) = (0, 0, 0);
        foreach (var read in text.AsSpan().EnumerateLines())
        {
            line++;
            var fields = read.ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || fields[0] == DocumentStart)
            {
                End();
                continue;
            }
            columns = columns == 0 ? fields.Length : columns;
            if (Problem(fields, columns) is { } problem)
                throw new InvalidDataException($"{name}:{line}: {problem}");
            if (rows.Count == 0)
                begins = line;
            rows.Add(fields);
        }
        End();
        return sentences;

        void End()
        {
            if (rows.Count > 0)
                sentences.Add(new([.. rows], begins));
            rows.Clear();
        }
    }

    /// <summary>Writes sentences, columns between single spaces; beside its place first, then renamed.</summary>
    /// <exception cref="ArgumentException">A field that is empty or holds white space, or rows of different lengths.</exception>
    public static void Write(string path, IEnumerable<ConllSentence> sentences)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Format(sentences)));
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="ArgumentException">A field that is empty or holds white space, or rows of different lengths.</exception>
    public static string Format(IEnumerable<ConllSentence> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var (text, columns, number) = (new StringBuilder(), 0, 0);
        foreach (var sentence in sentences)
        {
            number++;
            foreach (var row in sentence.Rows)
            {
                columns = columns == 0 ? row.Count : columns;
                if (row.FirstOrDefault(field => field.Length == 0 || field.Any(char.IsWhiteSpace)) is { } field)
                    throw new ArgumentException($"Fields must have no white space, got '{field}' in sentence {number}.", nameof(sentences));
                if (Problem(row, columns) is { } problem)
                    throw new ArgumentException($"Sentence {number}: {problem}", nameof(sentences));
                text.AppendJoin(' ', row).Append('\n');
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static IReadOnlyList<ConllSentence> Parse(byte[] content, string path)
    {
        try
        {
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF'), path);
        }
        catch (DecoderFallbackException bad)
        {
            var line = 1 + content.AsSpan(0, Math.Max(0, bad.Index)).Count((byte)'\n');
            throw new InvalidDataException($"{path}:{line}: wanted UTF-8, got a byte that is none (is it Latin-1?).", bad);
        }
    }

    private static string? Problem(IReadOnlyList<string> fields, int columns)
    {
        if (fields.Count < 2)
            return $"wanted a word and a label, got one column, '{fields[0]}'.";
        if (fields.Count != columns)
            return $"wanted {columns} columns, as before, got {fields.Count}: '{string.Join(' ', fields)}'.";
        return EntityLabel.TryParse(fields[^1], out _)
            ? null
            : $"wanted a label O, B-X, I-X, E-X or S-X in the last column, got '{fields[^1]}'.";
    }
}
