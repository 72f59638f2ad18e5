namespace Lab.Core.Trees;

/// <summary>Reads trees in Penn brackets, one after the other.</summary>
/// <param name="text">Trees, with any white space between them and in them.</param>
public sealed class ParseTreeReader(string text)
{
    /// <summary>Where it is, in characters from the beginning.</summary>
    public int Place { get; private set; }

    /// <summary>Whether anything but white space is left.</summary>
    public bool HasMore
    {
        get
        {
            Skip();
            return Place < text.Length;
        }
    }

    /// <summary>The next tree; null at the end. A bracket without a label around a tree, as in the Penn treebank's files, is taken off.</summary>
    /// <exception cref="FormatException">Something else: the message has the place in the text, and what was wanted.</exception>
    public ParseTree? Next() => HasMore ? Tree(outermost: true) : null;

    private ParseTree Tree(bool outermost = false)
    {
        var opened = Place;
        Expect('(');
        Skip();
        var unlabelled = Place < text.Length && text[Place] == '(';
        if (unlabelled && !outermost)
            throw Wrong("wanted a label");
        var label = unlabelled ? "" : Token("a label");
        Skip();
        if (Place < text.Length && text[Place] is not ('(' or ')'))
        {
            var word = Token("a word");
            Skip();
            Expect(')', opened);
            return new(label, word);
        }
        var children = new List<ParseTree>();
        for (Skip(); Place < text.Length && text[Place] == '('; Skip())
            children.Add(Tree());
        if (children.Count == 0)
            throw Wrong($"wanted a word or a constituent under {label}");
        Expect(')', opened);
        return !unlabelled ? new(label, children)
            : children.Count == 1 ? children[0]
            : throw new FormatException($"At {opened}: wanted one tree in a bracket without a label, got {children.Count}.");
    }

    private string Token(string wanted)
    {
        var start = Place;
        while (Place < text.Length && !char.IsWhiteSpace(text[Place]) && text[Place] is not ('(' or ')'))
            Place++;
        return Place > start ? text[start..Place] : throw Wrong($"wanted {wanted}");
    }

    private void Expect(char bracket, int? opened = null)
    {
        if (Place >= text.Length || text[Place] != bracket)
            throw Wrong($"wanted '{bracket}'" + (opened is { } at ? $" for the bracket that opens at {at}" : ""));
        Place++;
    }

    private void Skip()
    {
        while (Place < text.Length && char.IsWhiteSpace(text[Place]))
            Place++;
    }

    private FormatException Wrong(string wanted) =>
        new($"At {Place}: {wanted}, got {(Place < text.Length ? $"'{text[Place..Math.Min(text.Length, Place + 10)]}'" : "the end")}.");
}
