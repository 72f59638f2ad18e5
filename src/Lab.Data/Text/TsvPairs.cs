using System.Text;

namespace Lab.Data.Text;

/// <summary>Reads pairs from a text file: source, tab, target, one pair a line, UTF-8, without a heading.</summary>
public static class TsvPairs
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line that is no pair, bytes that are no UTF-8, or no line at all; the message names
    /// the file, the line, what was wanted and what was got.</exception>
    public static IReadOnlyList<TextPair> Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"No file {Path.GetFullPath(path)}.", path);
        var pairs = Parse(Decode(path), path);
        return pairs.Count > 0 ? pairs : throw new InvalidDataException($"{path}: wanted at least one pair, got an empty file.");
    }

    private static string Decode(string path)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException bad)
        {
            throw new InvalidDataException($"{path}: wanted UTF-8, got other bytes at position {bad.Index}.", bad);
        }
    }

    private static List<TextPair> Parse(string text, string path)
    {
        var pairs = new List<TextPair>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0 && i == lines.Length - 1)                    // what stands behind the last line's end
                break;
            var columns = line.Split('\t');
            if (columns.Length != 2)
                throw Bad("2 columns with a tab between", columns.Length == 1 ? $"1 (\"{line}\")" : $"{columns.Length}");
            if (columns[0].Length == 0 || columns[1].Length == 0)
                throw Bad("a source and a target", columns[0].Length == 0 ? "an empty source" : "an empty target");
            pairs.Add(new(columns[0], columns[1]));

            InvalidDataException Bad(string wanted, string got) => new($"{path}, line {i + 1}: wanted {wanted}, got {got}.");
        }
        return pairs;
    }
}
