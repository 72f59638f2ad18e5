namespace Lab.Kernel.Requests;

/// <summary>Jupyter counts positions in Unicode characters, .NET in UTF-16 units: an emoji is one there and two here.</summary>
internal static class CodePoints
{
    /// <summary>The index into the text of the character with this number; past the end it is the end.</summary>
    public static int ToIndex(string text, int count)
    {
        var index = 0;
        for (; count > 0 && index < text.Length; count--)
            index += IsPair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>How many characters stand before the index.</summary>
    public static int FromIndex(string text, int index)
    {
        var count = 0;
        for (var at = 0; at < Math.Min(index, text.Length); count++)
            at += IsPair(text, at) ? 2 : 1;
        return count;
    }

    private static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text, index);
}
