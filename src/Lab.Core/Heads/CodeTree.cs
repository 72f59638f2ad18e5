namespace Lab.Core.Heads;

/// <summary>A tree with a class at each leaf: which decisions lead to a class.</summary>
/// <remarks>
/// <para>Built by <see cref="Huffman"/>, <see cref="Balanced"/> or <see cref="Flat"/>. Nodes are numbered from the root, 0; no leaf
/// is a node.</para>
/// </remarks>
public sealed class CodeTree
{
    private readonly (int Node, int Branch)[][] paths;

    private CodeTree(Branching root, int classes)
    {
        paths = new (int, int)[classes][];
        var widths = new List<int>();
        var open = new Queue<(Branching Node, (int Node, int Branch)[] Path)>([(root, [])]);
        while (open.TryDequeue(out var next))
        {
            var number = widths.Count;
            widths.Add(next.Node.Children.Count);
            for (var branch = 0; branch < next.Node.Children.Count; branch++)
            {
                var child = next.Node.Children[branch];
                (int, int)[] path = [.. next.Path, (number, branch)];
                if (child.Children.Count == 0)
                    paths[child.Class] = path;
                else
                    open.Enqueue((child, path));
            }
        }
        Widths = widths;
    }

    /// <summary>Classes V, 2 or more.</summary>
    public int Classes => paths.Length;

    /// <summary>How many branches each node has, 2 or more. They sum to the nodes and leaves without the root.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>The decisions that lead from the root to a class: at each node, the branch taken.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public IReadOnlyList<(int Node, int Branch)> Path(int index)
    {
        if (index < 0 || index >= Classes)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Must be in [0, {Classes}).");
        return paths[index];
    }

    /// <summary>The number of decisions that lead to a class: what it costs to train on one example of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int CodeLength(int index) => Path(index).Count;

    /// <summary>The binary tree in which the average class, weighted by counts, takes the fewest decisions: at most one more than
    /// the entropy in bits (Huffman 1952).</summary>
    /// <param name="counts">Examples per class, not negative; two classes or more. Their sum may be any.</param>
    /// <exception cref="ArgumentException">Fewer than two counts, or one that is negative or not finite.</exception>
    public static CodeTree Huffman(IReadOnlyList<double> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count < 2)
            throw new ArgumentException($"counts must be of two classes or more, got {counts.Count}.", nameof(counts));
        if (counts.FirstOrDefault(c => !(c >= 0) || double.IsInfinity(c), 0) is not 0 and var bad)
            throw new ArgumentException($"counts must be finite and not negative, got {bad}.", nameof(counts));

        // Of equal counts the shallower goes first, then the one made earlier: the tree is always the same, and no deeper than need be.
        var queue = new PriorityQueue<(Branching Node, double Count, int Depth), (double, int, int)>();
        var made = 0;
        for (var k = 0; k < counts.Count; k++)
            queue.Enqueue((new(k, []), counts[k], 0), (counts[k], 0, made++));
        while (true)
        {
            var first = queue.Dequeue();
            if (!queue.TryDequeue(out var second, out _))
                return new(first.Node, counts.Count);
            var (count, depth) = (first.Count + second.Count, Math.Max(first.Depth, second.Depth) + 1);
            queue.Enqueue((new(-1, [first.Node, second.Node]), count, depth), (count, depth, made++));
        }
    }

    /// <summary>The tree in which all classes are equally deep, but for one decision.</summary>
    /// <param name="classes">V, 2 or more, in order from left to right.</param>
    /// <param name="branches">The most branches of a node, 2 or more; √V makes two levels.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two classes or branches.</exception>
    public static CodeTree Balanced(int classes, int branches = 2)
    {
        RequireTwo(classes, nameof(classes));
        RequireTwo(branches, nameof(branches));
        return new(Grow(0, classes, branches), classes);
    }

    /// <summary>The tree of one node: a plain softmax.</summary>
    /// <param name="classes">V, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two classes.</exception>
    public static CodeTree Flat(int classes) => Balanced(classes, Math.Max(2, classes));

    private static Branching Grow(int start, int count, int branches)
    {
        if (count == 1)
            return new(start, []);
        var parts = Math.Min(branches, count);
        return new(-1, [.. Enumerable.Range(0, parts).Select(i =>
        {
            var (from, to) = (Share(i), Share(i + 1));
            return Grow(start + from, to - from, branches);
        })]);

        int Share(int i) => (int)((long)count * i / parts);
    }

    private static void RequireTwo(int value, string name)
    {
        if (value < 2)
            throw new ArgumentOutOfRangeException(name, value, "Must be 2 or more.");
    }

    private sealed record Branching(int Class, IReadOnlyList<Branching> Children);
}
