namespace Lab.Data.Text;

/// <summary>Numbers for symbols (characters or words): what a model reads and puts out instead of text.</summary>
/// <remarks>The first three numbers are padding, the start and the end of a sequence; the symbols follow, in ordinal order.</remarks>
public sealed class Vocabulary
{
    /// <summary>What fills up short sequences.</summary>
    public const long Padding = 0;

    /// <summary>Stands before the first symbol (BOS).</summary>
    public const long Start = 1;

    /// <summary>Stands behind the last symbol (EOS).</summary>
    public const long End = 2;

    private static readonly string[] special = ["<pad>", "<s>", "</s>"];

    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);

    /// <summary>A vocabulary of these symbols.</summary>
    /// <param name="symbols">Each at least once, in any order.</param>
    /// <exception cref="ArgumentException">No symbol, an empty one, or one named as padding, start or end are.</exception>
    public Vocabulary(IEnumerable<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        string[] sorted = [.. symbols.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (sorted.Length == 0)
            throw new ArgumentException("symbols must hold at least one, got none.", nameof(symbols));
        if (sorted.FirstOrDefault(s => s.Length == 0 || special.Contains(s)) is { } bad)
            throw new ArgumentException($"symbols must not be empty or one of {string.Join(", ", special)}, got \"{bad}\".", nameof(symbols));
        Symbols = [.. special, .. sorted];
        for (var i = 0; i < Symbols.Count; i++)
            numbers[Symbols[i]] = i;
    }

    /// <summary>Every symbol by its number, the three special ones first.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>V, how many numbers there are.</summary>
    public int Size => Symbols.Count;

    /// <summary>A vocabulary of all characters in some texts.</summary>
    /// <exception cref="ArgumentException">No character at all.</exception>
    public static Vocabulary OfCharacters(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new(texts.SelectMany(text => text).Select(character => character.ToString()));
    }

    /// <summary>The numbers of a text's characters, without start and end.</summary>
    /// <param name="text">Characters of the vocabulary.</param>
    /// <exception cref="ArgumentException">A character that is not in the vocabulary.</exception>
    public long[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var encoded = new long[text.Length];
        for (var i = 0; i < text.Length; i++)
            encoded[i] = numbers.TryGetValue(text[i].ToString(), out var number)
                ? number
                : throw new ArgumentException(
                    $"text must hold characters of the vocabulary ({string.Concat(Symbols.Skip(special.Length))}), got '{text[i]}' at position {i} of \"{text}\".",
                    nameof(text));
        return encoded;
    }

    /// <summary>The text of some numbers: up to the first end, padding and starts left out.</summary>
    /// <param name="tokens">Numbers in <c>[0, V)</c>.</param>
    /// <exception cref="ArgumentException">A number that is not in the vocabulary.</exception>
    public string Decode(IEnumerable<long> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return string.Concat(tokens.TakeWhile(token => token != End).Select(token =>
            token < 0 || token >= Size ? throw new ArgumentException($"tokens must lie in [0, {Size}), got {token}.", nameof(tokens))
            : token < special.Length ? "" : Symbols[(int)token]));
    }
}
