using System.Text;

namespace Lab.Core.Trees;

/// <summary>A constituent: a label over other constituents, or a part of speech over a word.</summary>
public sealed class ParseTree
{
    /// <summary>A constituent of others.</summary>
    /// <exception cref="ArgumentException">A label that is empty or holds white space or a bracket, or no children.</exception>
    public ParseTree(string label, params IReadOnlyList<ParseTree> children)
    {
        Label = Checked(label, nameof(label));
        ArgumentNullException.ThrowIfNull(children);
        if (children.Count == 0)
            throw new ArgumentException($"children must be at least one, got none under {label}.", nameof(children));
        Children = children;
    }

    /// <summary>A word and its part of speech.</summary>
    /// <exception cref="ArgumentException">A label or word that is empty or holds white space or a bracket.</exception>
    public ParseTree(string label, string word)
    {
        Label = Checked(label, nameof(label));
        Word = Checked(word, nameof(word));
        Children = [];
    }

    /// <summary>Its category, or the part of speech of a word.</summary>
    public string Label { get; }

    /// <summary>Its parts, from left to right; none for a word.</summary>
    public IReadOnlyList<ParseTree> Children { get; }

    /// <summary>The word, where it is one.</summary>
    public string? Word { get; }

    /// <summary>Whether it is a word with its part of speech.</summary>
    public bool IsPreterminal => Word is not null;

    /// <summary>All words with their parts of speech, from left to right.</summary>
    public IEnumerable<ParseTree> Leaves => IsPreterminal ? [this] : Children.SelectMany(child => child.Leaves);

    /// <summary>All words, from left to right.</summary>
    public IReadOnlyList<string> Words => [.. Leaves.Select(leaf => leaf.Word!)];

    /// <summary>This constituent and all below it, a whole before its parts.</summary>
    public IEnumerable<ParseTree> Constituents => Children.SelectMany(child => child.Constituents).Prepend(this);

    /// <summary>Reads one tree in Penn brackets: <c>(S (NP (DT the) (NN dog)) (VP (VBD slept)))</c>.</summary>
    /// <exception cref="FormatException">Something else: the message has the place in the text, and what was wanted.</exception>
    public static ParseTree Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new ParseTreeReader(text);
        var tree = reader.Next() ?? throw new FormatException("Wanted a tree, got nothing.");
        if (reader.HasMore)
            throw new FormatException($"At {reader.Place}: wanted the end after the tree, got '{text[reader.Place..Math.Min(text.Length, reader.Place + 10)]}'.");
        return tree;
    }

    /// <summary>The same tree with other labels.</summary>
    public ParseTree Relabelled(Func<string, string> label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return IsPreterminal ? new(label(Label), Word!) : new(label(Label), [.. Children.Select(child => child.Relabelled(label))]);
    }

    /// <summary>
    /// The tree as parsers are taught it: without empty elements (<c>-NONE-</c>) and what is empty without them, and without functions
    /// and indices (<c>NP-SBJ-1</c> becomes <c>NP</c>); null where nothing is left.
    /// </summary>
    public ParseTree? Plain()
    {
        if (IsPreterminal)
            return Label == "-NONE-" ? null : this;
        ParseTree[] children = [.. Children.Select(child => child.Plain()).OfType<ParseTree>()];
        return children.Length == 0 ? null : new(Category(Label), children);
    }

    /// <summary>A label without functions and indices; brackets and the like (<c>-LRB-</c>) stay.</summary>
    public static string Category(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var end = label.IndexOfAny(['-', '='], Math.Min(1, label.Length));
        return label.StartsWith('-') || end < 0 ? label : label[..end];
    }

    /// <summary>In Penn brackets, on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        text.Append('(').Append(Label);
        if (IsPreterminal)
            text.Append(' ').Append(Word);
        foreach (var child in Children)
        {
            text.Append(' ');
            child.Append(text);
        }
        text.Append(')');
    }

    private static string Checked(string value, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return value.Any(c => char.IsWhiteSpace(c) || c is '(' or ')')
            ? throw new ArgumentException($"{name} must have no white space and no brackets (write -LRB- and -RRB-), got '{value}'.", name)
            : value;
    }
}
