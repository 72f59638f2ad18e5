using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>The labels of binary trees as numbers: from a treebank to the charts of <see cref="TreeCrf"/>, and back.</summary>
public sealed class SpanLabels
{
    private readonly Dictionary<string, int> numbers;

    /// <summary>The labels of a treebank, after <see cref="Binarization"/>, in alphabetical order.</summary>
    /// <exception cref="ArgumentException">No trees.</exception>
    public SpanLabels(IEnumerable<ParseTree> trees)
    {
        ArgumentNullException.ThrowIfNull(trees);
        Names = [.. trees.SelectMany(tree => Binarization.Apply(tree).Constituents).Select(c => c.Label).Distinct().Order(StringComparer.Ordinal)];
        if (Names.Count == 0)
            throw new ArgumentException("trees must be at least one, got none.", nameof(trees));
        numbers = Names.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
    }

    /// <summary>The labels; their places are their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of a label; null where it is not known.</summary>
    public int? this[string label] => numbers.TryGetValue(label, out var number) ? number : null;

    /// <summary>Whether all labels of a tree are known.</summary>
    public bool Knows(ParseTree tree) => Binarization.Apply(tree).Constituents.All(c => numbers.ContainsKey(c.Label));

    /// <summary>Trees as charts of labels, <c>[B, T, T]</c>, int64, with <see cref="TreeCrf.NoSpan"/> elsewhere; T is the longest's.</summary>
    /// <exception cref="ArgumentException">No trees, or a label that is not known.</exception>
    public Tensor Encode(IReadOnlyList<ParseTree> trees)
    {
        ArgumentNullException.ThrowIfNull(trees);
        if (trees.Count == 0)
            throw new ArgumentException("trees must be at least one, got none.", nameof(trees));
        var places = trees.Max(tree => tree.Words.Count);
        var cells = new long[trees.Count * places * places];
        Array.Fill(cells, TreeCrf.NoSpan);
        for (var b = 0; b < trees.Count; b++)
            Write(Binarization.Apply(trees[b]), cells.AsSpan(b * places * places, places * places), places, 0);
        return tensor(cells, [trees.Count, places, places], ScalarType.Int64);
    }

    /// <summary>The tree that a chart of labels stands for, with these words.</summary>
    /// <param name="chart"><c>[T, T]</c>, int64: a binary tree over the words.</param>
    /// <param name="words">The words, at most T and at least one.</param>
    /// <exception cref="ArgumentException">Another shape, or no binary tree.</exception>
    public ParseTree Decode(Tensor chart, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(words);
        if (chart.shape is not [var places, var again] || places != again || places < words.Count || words.Count == 0)
            throw Runtime.Require.BadShape(chart, $"[T, T] with T >= {words.Count}");
        using var scope = NewDisposeScope();
        using var spans = empty([1, places, places, Names.Count], ScalarType.Float32, META);
        using var lengths = tensor([(long)words.Count]);
        var batch = chart.cpu().unsqueeze(0);
        TreeShapes.Tree(batch, spans, lengths, nameof(chart), checkDevice: false);
        return Binarization.Undo(Read(batch.contiguous().data<long>().ToArray(), (int)places, 0, words.Count - 1, words));
    }

    private int Write(ParseTree tree, Span<long> cells, int places, int first)
    {
        var next = first;
        foreach (var child in tree.Children)
            next = Write(child, cells, places, next);
        if (tree.IsPreterminal)
            next++;
        cells[(first * places) + next - 1] = numbers.TryGetValue(tree.Label, out var number)
            ? number
            : throw new ArgumentException($"tree must have labels that are known, got {tree.Label}.", nameof(tree));
        return next;
    }

    private ParseTree Read(long[] cells, int places, int first, int last, IReadOnlyList<string> words)
    {
        var label = Names[(int)cells[(first * places) + last]];
        if (first == last)
            return new(label, words[first]);
        var split = first;
        while (cells[(first * places) + split] == TreeCrf.NoSpan || cells[((split + 1) * places) + last] == TreeCrf.NoSpan)
            split++;
        return new(label, Read(cells, places, first, split, words), Read(cells, places, split + 1, last, words));
    }
}
