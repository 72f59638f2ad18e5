namespace Lab.Plots.Sources;

/// <summary>Where C#'s string and character literals end: plain, verbatim, raw and interpolated ones.</summary>
internal static class Literals
{
    /// <summary>The end of the literal that starts here, or null where none starts.</summary>
    public static int? End(string source, int start)
    {
        if (source[start] == '\'')
            return Plain(source, start + 1, '\'', 0);
        var i = start;
        var (dollars, verbatim) = (0, false);
        for (; i < source.Length && source[i] is '$' or '@'; i++)
        {
            dollars += source[i] == '$' ? 1 : 0;
            verbatim |= source[i] == '@';
        }
        if (i >= source.Length || source[i] != '"')
            return null;
        var quotes = RunOf(source, i, '"');
        return !verbatim && quotes >= 3
            ? Raw(source, i + quotes, quotes, dollars)
            : verbatim ? Verbatim(source, i + 1, dollars) : Plain(source, i + 1, '"', dollars);
    }

    private static int Plain(string source, int i, char quote, int dollars)
    {
        while (i < source.Length && source[i] != quote && source[i] != '\n')
            i = source[i] == '\\' ? i + 2 : AfterHole(source, i, dollars);
        return Math.Min(i + 1, source.Length);
    }

    private static int Verbatim(string source, int i, int dollars)
    {
        while (i < source.Length)
        {
            if (source[i] != '"')
                i = AfterHole(source, i, dollars);
            else if (RunOf(source, i, '"') >= 2)
                i += 2;
            else
                return i + 1;
        }
        return source.Length;
    }

    private static int Raw(string source, int i, int quotes, int dollars)
    {
        while (i < source.Length)
        {
            if (source[i] == '"')
            {
                var run = RunOf(source, i, '"');
                if (run >= quotes)
                    return i + run;
                i += run;
            }
            else if (dollars > 0 && source[i] == '{')
            {
                var run = RunOf(source, i, '{');
                i += run;
                if (run >= dollars)
                    i = HoleEnd(source, i) + dollars - 1;
            }
            else
            {
                i++;
            }
        }
        return source.Length;
    }

    /// <summary>One character on, or past a whole <c>{...}</c> of an interpolated string.</summary>
    private static int AfterHole(string source, int i, int dollars)
    {
        if (dollars == 0 || source[i] != '{')
            return i + 1;
        return i + 1 < source.Length && source[i + 1] == '{' ? i + 2 : HoleEnd(source, i + 1);
    }

    /// <summary>Just past the brace that closes the hole whose content starts here.</summary>
    private static int HoleEnd(string source, int i)
    {
        var depth = 1;
        while (i < source.Length && depth > 0)
        {
            if (End(source, i) is { } literal)
            {
                i = literal;
                continue;
            }
            if (Lexer.CommentEnd(source, i) is { } comment)
            {
                i = comment;
                continue;
            }
            depth += source[i] switch { '{' => 1, '}' => -1, _ => 0 };
            i++;
        }
        return i;
    }

    private static int RunOf(string source, int i, char c)
    {
        var end = i;
        while (end < source.Length && source[end] == c)
            end++;
        return end - i;
    }
}
