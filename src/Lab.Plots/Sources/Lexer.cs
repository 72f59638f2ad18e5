namespace Lab.Plots.Sources;

internal enum TokenKind
{
    Word,
    Keyword,
    Number,
    Text,
    Comment,
    DocComment,
    Directive,
    Mark,
}

/// <summary>A piece of a C# file; white space belongs to none.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End)
{
    public ReadOnlySpan<char> In(string source) => source.AsSpan(Start, End - Start);

    public bool Is(string source, string text) => Kind is not (TokenKind.Text or TokenKind.Comment or TokenKind.DocComment)
        && In(source).SequenceEqual(text);

    public bool IsTrivia => Kind is TokenKind.Comment or TokenKind.DocComment or TokenKind.Directive;
}

/// <summary>
/// Cuts C# into words, marks, literals and comments: enough to find a member's end and to colour it. Braces inside
/// strings, characters and comments are never marks.
/// </summary>
internal static class Lexer
{
    private static readonly HashSet<string> keywords =
    [
        "abstract", "as", "async", "await", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const",
        "continue", "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false",
        "finally", "fixed", "float", "for", "foreach", "get", "goto", "if", "implicit", "in", "init", "int", "interface", "internal",
        "is", "lock", "long", "namespace", "new", "not", "null", "object", "operator", "out", "override", "params", "partial",
        "private", "protected", "public", "readonly", "record", "ref", "required", "return", "sbyte", "sealed", "set", "short",
        "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong",
        "unchecked", "unsafe", "ushort", "using", "var", "virtual", "void", "volatile", "when", "where", "while", "with", "yield",
    ];

    public static List<Token> Run(string source)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < source.Length;)
        {
            if (char.IsWhiteSpace(source[i]))
            {
                i++;
                continue;
            }
            var (kind, end) = Next(source, i);
            tokens.Add(new(kind, i, end));
            i = end;
        }
        return tokens;
    }

    private static (TokenKind Kind, int End) Next(string source, int start)
    {
        if (Literals.End(source, start) is { } literal)
            return (TokenKind.Text, literal);
        if (CommentEnd(source, start) is { } comment)
            return (IsDoc(source, start) ? TokenKind.DocComment : TokenKind.Comment, comment);
        var c = source[start];
        if (c == '#')
            return (TokenKind.Directive, LineEnd(source, start));
        if (char.IsAsciiDigit(c))
            return (TokenKind.Number, NumberEnd(source, start));
        if (!IsWordStart(c))
            return (TokenKind.Mark, start + 1);
        var end = start + 1;
        while (end < source.Length && (IsWordStart(source[end]) || char.IsDigit(source[end])))
            end++;
        return (keywords.Contains(source[start..end]) ? TokenKind.Keyword : TokenKind.Word, end);
    }

    /// <summary>The end of the comment that starts here, or null.</summary>
    public static int? CommentEnd(string source, int start)
    {
        if (string.CompareOrdinal(source, start, "//", 0, 2) == 0)
            return LineEnd(source, start);
        if (string.CompareOrdinal(source, start, "/*", 0, 2) != 0)
            return null;
        var end = source.IndexOf("*/", start + 2, StringComparison.Ordinal);
        return end < 0 ? source.Length : end + 2;
    }

    private static bool IsDoc(string source, int start) =>
        string.CompareOrdinal(source, start, "///", 0, 3) == 0 || string.CompareOrdinal(source, start, "/**", 0, 3) == 0;

    private static int LineEnd(string source, int start)
    {
        var end = source.AsSpan(start).IndexOfAny('\r', '\n');
        return end < 0 ? source.Length : start + end;
    }

    private static int NumberEnd(string source, int start)
    {
        var end = start;
        while (end < source.Length)
        {
            var c = source[end];
            var fraction = c == '.' && end + 1 < source.Length && char.IsAsciiDigit(source[end + 1]);
            var exponent = (c is '+' or '-') && (source[end - 1] is 'e' or 'E') && !source.AsSpan(start, end - start).StartsWith("0x");
            if (!(char.IsAsciiLetterOrDigit(c) || c == '_' || fraction || exponent))
                break;
            end++;
        }
        return end;
    }

    private static bool IsWordStart(char c) => char.IsLetter(c) || c is '_' or '@';
}
