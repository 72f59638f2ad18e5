namespace Lab.Core.Trees;

/// <summary>Trees of any arity as binary trees, and back: what charts need.</summary>
/// <remarks>
/// <para>A constituent of three parts or more becomes a right-branching chain of new ones: <c>(VP V NP PP)</c> is <c>(VP V (@VP NP PP))</c>. A
/// constituent of a single part is joined with it: <c>(NP (NNP Ann))</c> is <c>(NP+NNP Ann)</c>. So each node has two parts or a
/// word, n words have 2n - 1 nodes, and nothing is lost: <see cref="Undo"/> takes both away.</para>
/// <para>Source: Johnson 1998; Klein and Manning 2003 (the new labels remember the parent alone: horizontal order 0).</para>
/// </remarks>
public static class Binarization
{
    /// <summary>What the label of a new constituent begins with.</summary>
    public const char New = '@';

    /// <summary>What joins the labels of a chain.</summary>
    public const char Chain = '+';

    /// <summary>The binary tree.</summary>
    /// <exception cref="ArgumentException">A label that begins with <see cref="New"/> or holds <see cref="Chain"/>.</exception>
    public static ParseTree Apply(ParseTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Apply(tree, "");
    }

    /// <summary>
    /// The tree that the binary one stands for. Any binary tree will do: a new constituent at the top, of which no tree was made, takes the
    /// label of its parent.
    /// </summary>
    public static ParseTree Undo(ParseTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var labels = tree.Label.TrimStart(New).Split(Chain);
        var node = tree.IsPreterminal
            ? new ParseTree(labels[^1], tree.Word!)
            : new ParseTree(labels[^1], [.. tree.Children.SelectMany(Parts)]);
        foreach (var label in labels.SkipLast(1).Reverse())
            node = new(label, node);
        return node;
    }

    private static ParseTree Apply(ParseTree tree, string above)
    {
        if (tree.Label[0] == New || tree.Label.Contains(Chain, StringComparison.Ordinal))
            throw new ArgumentException($"tree must have labels without {New} in front and without {Chain}, got {tree.Label}.", nameof(tree));
        var label = above + tree.Label;
        if (tree.IsPreterminal)
            return new(label, tree.Word!);
        if (tree.Children.Count == 1)
            return Apply(tree.Children[0], label + Chain);
        return Joined(label, New + tree.Label, [.. tree.Children.Select(child => Apply(child, ""))]);
    }

    private static ParseTree Joined(string label, string rest, ReadOnlySpan<ParseTree> parts) =>
        new(label, [parts[0], parts.Length == 2 ? parts[1] : Joined(rest, rest, parts[1..])]);

    private static IEnumerable<ParseTree> Parts(ParseTree child) =>
        child.Label[0] == New && !child.IsPreterminal ? child.Children.SelectMany(Parts) : [Undo(child)];
}
