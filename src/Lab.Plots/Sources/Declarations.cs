namespace Lab.Plots.Sources;

/// <summary>Lists the types and members of a C# file by walking its marks; not a compiler, but exact about where each ends.</summary>
internal sealed class Declarations
{
    private static readonly string[] typeKeywords = ["class", "struct", "interface", "record", "enum"];

    private readonly string source;
    private readonly List<Token> tokens;
    private readonly List<Declaration> found = [];
    private int at;
    private string fileNamespace = "";

    private Declarations(string source) => (this.source, tokens) = (source, Lexer.Run(source));

    public static IReadOnlyList<Declaration> Of(string source)
    {
        var walk = new Declarations(source);
        walk.Members("", []);
        return walk.found;
    }

    private bool Is(int index, string text) => index < tokens.Count && tokens[index].Is(source, text);

    private string Text(int index) => tokens[index].In(source).ToString();

    /// <summary>Walks the members up to the closing brace of the block they stand in, and past it.</summary>
    private void Members(string space, string[] types)
    {
        while (at < tokens.Count && !Is(at, "}"))
            Member(space, types);
        at++;
    }

    private void Member(string space, string[] types)
    {
        var docStart = tokens[at].Start;
        while (at < tokens.Count && tokens[at].IsTrivia)
        {
            // A directive, or an empty line, parts a comment from what follows it.
            if (tokens[at].Kind == TokenKind.Directive || at + 1 < tokens.Count && EmptyLineAfter(at))
                docStart = at + 1 < tokens.Count ? tokens[at + 1].Start : source.Length;
            at++;
        }
        if (at >= tokens.Count || Is(at, "}"))
            return;
        var start = tokens[at].Start;
        while (Is(at, "["))
            SkipPair();
        var header = Header();
        if (header.Is("namespace"))
            Namespace(header, space, types);
        else if (header.TypeKeyword is { } keyword)
            Type(header, keyword, space, types, docStart, start);
        else if (header.Is("extension") && Is(at, "{"))
        {
            at++;
            Members(space, types);
        }
        else
        {
            FinishMember();
            if (header.Name is { } name && !header.Is("using") && !header.Is("global"))
                Add(name, space, types, docStart, start);
        }
    }

    private bool EmptyLineAfter(int index) =>
        source.AsSpan(tokens[index].End, tokens[index + 1].Start - tokens[index].End).Count('\n') > 1;

    private void Namespace(DeclarationHeader header, string space, string[] types)
    {
        var name = string.Concat(header.Words[1..]);
        if (Is(at, ";"))
        {
            fileNamespace = name;
            at++;
            return;
        }
        at++;
        Members(space == "" ? name : $"{space}.{name}", types);
    }

    private void Type(DeclarationHeader header, int keyword, string space, string[] types, int docStart, int start)
    {
        var name = header.Words.Skip(keyword + 1).FirstOrDefault(w => !typeKeywords.Contains(w)) ?? "";
        if (Is(at, "{"))
        {
            if (header.Words[keyword] == "enum")
                SkipPair();
            else
            {
                at++;
                Members(space, [.. types, name]);
            }
        }
        if (Is(at, ";"))
            at++;
        Add(name, space, types, docStart, start);
    }

    private void Add(string name, string space, string[] types, int docStart, int start) =>
        found.Add(new(name, space == "" ? fileNamespace : space, types, docStart, start, tokens[Math.Min(at, tokens.Count) - 1].End));

    /// <summary>Goes on to the first brace, arrow, equals sign or semicolon, and notes the words on the way.</summary>
    private DeclarationHeader Header()
    {
        var words = new List<string>();
        string? name = null;
        for (; at < tokens.Count && !Is(at, "{") && !Is(at, ";") && (!Is(at, "=") || Is(at - 1, "operator")) && !Is(at, "}"); at++)
        {
            if (tokens[at].IsTrivia)
                continue;
            if (name is null && words.LastOrDefault() == "operator" && tokens[at].Kind == TokenKind.Mark)
            {
                name = Operator();
            }
            else if (Is(at, "("))
            {
                // The parentheses of a method follow its name; those of a tuple type follow a keyword or nothing.
                if (name is null && words.Count > 0 && IsName(at - 1) && !Is(at - 1, "static"))
                    name = words[^1];
                SkipPair();
                at--;
            }
            else if (Is(at, "<"))
            {
                var inner = at;
                SkipAngles();
                if (Is(at, "(") && name is null)
                    name = Text(inner - 1);
                at--;
            }
            else if (Is(at, "["))
            {
                if (Is(at - 1, "this"))
                    name ??= "this";
                SkipPair();
                at--;
            }
            else if (tokens[at].Kind is TokenKind.Word or TokenKind.Keyword || Is(at, "."))
                words.Add(Text(at));
        }
        return new(words, name);
    }

    private bool IsName(int index) => tokens[index].Kind == TokenKind.Word || index > 0 && Is(index - 1, "operator");

    /// <summary>The marks of an operator such as <c>==</c>, whose equals sign starts no body.</summary>
    private string Operator()
    {
        var first = at;
        while (at + 1 < tokens.Count && !Is(at + 1, "("))
            at++;
        return source[tokens[first].Start..tokens[at].End];
    }

    /// <summary>Goes past a member's body: a block and perhaps an initialiser, or an expression with its semicolon.</summary>
    private void FinishMember()
    {
        if (Is(at, "{"))
        {
            SkipPair();
            if (!Is(at, "="))
                return;
        }
        while (at < tokens.Count && !Is(at, ";") && !Is(at, "}"))
        {
            if (Is(at, "{") || Is(at, "(") || Is(at, "["))
                SkipPair();
            else
                at++;
        }
        if (Is(at, ";"))
            at++;
    }

    /// <summary>Goes past an opening mark and its partner.</summary>
    private void SkipPair()
    {
        var depth = 0;
        do
        {
            if (Is(at, "{") || Is(at, "(") || Is(at, "["))
                depth++;
            else if (Is(at, "}") || Is(at, ")") || Is(at, "]"))
                depth--;
            at++;
        }
        while (at < tokens.Count && depth > 0);
    }

    private void SkipAngles()
    {
        var depth = 0;
        do
        {
            depth += Is(at, "<") ? 1 : Is(at, ">") ? -1 : 0;
            at++;
        }
        while (at < tokens.Count && depth > 0);
    }
}

/// <summary>The words of a declaration before its body.</summary>
internal sealed class DeclarationHeader(List<string> words, string? methodName)
{
    private static readonly string[] typeKeywords = ["class", "struct", "interface", "record", "enum"];

    public List<string> Words => words;

    /// <summary>The place of the first word that makes it a type; constraints and base types come after it.</summary>
    public int? TypeKeyword => words.FindIndex(w => typeKeywords.Contains(w)) is var i and >= 0
        && words.IndexOf("where") is var where && (where < 0 || where > i) ? i : null;

    /// <summary>A member's name: that before its parentheses, or else its last word.</summary>
    public string? Name => methodName ?? words.LastOrDefault();

    public bool Is(string first) => words.Count > 0 && words[0] == first;
}
