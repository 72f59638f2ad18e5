using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>The labels of binary trees as numbers: from a treebank to the charts of <see cref="TreeCrf"/>, and back.</summary>
/// <remarks>
/// With an empty label all new constituents that <see cref="Binarization"/> makes are one, number <see cref="Empty"/>: they are none. Then trees with
/// the same constituents are the same, in whatever way they are binary.
/// </remarks>
public sealed class SpanLabels
{
    /// <summary>The number of the empty label, where there is one.</summary>
    public const int Empty = 0;

    private static readonly string emptyName = Binarization.New.ToString();

    private readonly bool hasEmpty;
    private readonly Dictionary<string, int> numbers;
    private readonly bool[] onWords;
    private readonly bool[] onWider;

    /// <summary>The labels of a treebank, after <see cref="Binarization"/>, in alphabetical order.</summary>
    /// <param name="trees">The treebank.</param>
    /// <param name="empty">Whether the new constituents have one label together, the empty one, in place of one a parent.</param>
    /// <exception cref="ArgumentException">No trees.</exception>
    public SpanLabels(IEnumerable<ParseTree> trees, bool empty = false)
    {
        ArgumentNullException.ThrowIfNull(trees);
        hasEmpty = empty;
        ParseTree[] constituents = [.. trees.SelectMany(tree => Binarization.Apply(tree).Constituents)];
        if (constituents.Length == 0)
            throw new ArgumentException("trees must be at least one, got none.", nameof(trees));
        var wider = constituents.Where(c => !c.IsPreterminal).Select(Name).ToHashSet();
        var words = constituents.Where(c => c.IsPreterminal).Select(Name).ToHashSet();
        if (empty)
            wider.Add(emptyName);
        Names = [.. wider.Union(words).OrderBy(name => !empty || name != emptyName).ThenBy(name => name, StringComparer.Ordinal)];
        numbers = Names.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        (onWords, onWider) = ([.. Names.Select(words.Contains)], [.. Names.Select(wider.Contains)]);
    }

    /// <summary>The labels; their places are their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of a label; null where it is not known.</summary>
    public int? this[string label] => numbers.TryGetValue(label, out var number) ? number : null;

    /// <summary>Whether all labels of a tree are known.</summary>
    public bool Knows(ParseTree tree) => Binarization.Apply(tree).Constituents.All(c => numbers.ContainsKey(Name(c)));

    /// <summary>Scores of spans without what no tree of the treebank has: a word with a label that only wider constituents have, or a wider
    /// constituent with a label that only words have. These become -∞; the empty label is one of wider constituents.</summary>
    /// <param name="spans">Scores, <c>[B, T, T, K]</c>, floating point.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">Another shape, or integers.</exception>
    public Tensor Restrict(Tensor spans)
    {
        Runtime.Require.FloatingPoint(spans);
        if (spans.shape is not [_, var places, var again, var labels] || places != again || labels != Names.Count)
            throw Runtime.Require.BadShape(spans, $"[B, T, T, {Names.Count}]");
        using var scope = NewDisposeScope();
        var word = eye(places, dtype: ScalarType.Bool, device: spans.device).unsqueeze(2);
        var known = where(word, tensor(onWords, device: spans.device), tensor(onWider, device: spans.device));
        return spans.masked_fill(known.logical_not(), double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of the label of the whole sentence: 0, and -∞ for the empty one.</summary>
    /// <param name="dtype">Floating point.</param>
    /// <param name="device">Where it lies; the CPU when null.</param>
    /// <returns><c>[K]</c>.</returns>
    public Tensor Root(ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var root = zeros(Names.Count, dtype, device);
        return (hasEmpty ? root.index_fill(0, tensor([(long)Empty], device: device), double.NegativeInfinity) : root).MoveToOuterDisposeScope();
    }

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
        var cells = batch.contiguous().data<long>().ToArray();
        foreach (var (first, last) in Enumerable.Range(0, words.Count).Select(i => (i, i)).Append((0, words.Count - 1)))
            if (hasEmpty && cells[(first * (int)places) + last] == Empty)
                throw new ArgumentException(
                    $"chart must have a label other than the empty one over a word and over the whole, got the empty one from {first} to {last}.", nameof(chart));
        return Binarization.Undo(Read(cells, (int)places, 0, words.Count - 1, words));
    }

    private string Name(ParseTree binary) =>
        hasEmpty && binary.Label[0] == Binarization.New ? emptyName : binary.Label;

    private int Write(ParseTree tree, Span<long> cells, int places, int first)
    {
        var next = first;
        foreach (var child in tree.Children)
            next = Write(child, cells, places, next);
        if (tree.IsPreterminal)
            next++;
        cells[(first * places) + next - 1] = numbers.TryGetValue(Name(tree), out var number)
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
