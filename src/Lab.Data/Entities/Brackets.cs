using Lab.Data.Conll;

namespace Lab.Data.Entities;

/// <summary>Reads sentences whose entities stand in brackets: <c>[PER Anna Smith] visits [LOC New York] .</c></summary>
/// <remarks>A leading "the" belongs to no entity, as in the corpora of the field: it is moved out of the brackets.</remarks>
internal static class Brackets
{
    /// <exception cref="FormatException">A bracket that is open inside another, or closed without being open.</exception>
    public static ConllSentence Parse(string text)
    {
        var (words, labels, type, begins) = (new List<string>(), new List<string>(), "", false);
        foreach (var part in text.Replace("]", " ]", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '[')
            {
                if (type.Length > 0)
                    throw new FormatException($"A bracket opens inside another: {text}");
                (type, begins) = (part[1..], true);
            }
            else if (part == "]")
            {
                if (type.Length == 0)
                    throw new FormatException($"A bracket closes that was not open: {text}");
                type = "";
            }
            else
            {
                words.Add(part);
                var outside = type.Length == 0 || (begins && part == "the");
                labels.Add(outside ? "O" : $"{(begins ? 'B' : 'I')}-{type}");
                begins &= outside;
            }
        }
        if (type.Length > 0)
            throw new FormatException($"A bracket is left open: {text}");
        return ConllSentence.Of(words, labels);
    }
}
