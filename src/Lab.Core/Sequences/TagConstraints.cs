using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>Masks that are true where a CRF's score is to be -∞.</summary>
/// <param name="Transitions"><c>[K, K]</c>, from the row's label to the column's.</param>
/// <param name="Start"><c>[K]</c>.</param>
/// <param name="End"><c>[K]</c>.</param>
public sealed record ForbiddenTags(Tensor Transitions, Tensor Start, Tensor End);

/// <summary>Which label may begin a sequence, which may follow which, and which may end it.</summary>
/// <remarks>
/// <para>BIO: B-X begins a span of type X, I-X goes on with one, O is outside. An I-X may follow B-X and I-X alone.</para>
/// <para>BIOES: besides, E-X is the last of a span of several, S-X a span of one. After B-X and I-X come I-X or E-X alone, and a
/// sequence may not end inside a span.</para>
/// </remarks>
public sealed class TagConstraints
{
    private readonly bool[] starts;
    private readonly bool[,] follows;
    private readonly bool[] ends;

    private TagConstraints(IReadOnlyList<string> labels, bool[] starts, bool[,] follows, bool[] ends) =>
        (Labels, this.starts, this.follows, this.ends) = ([.. labels], starts, follows, ends);

    /// <summary>The labels, by tag index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Constraints of labels "O", "B-X", "I-X".</summary>
    /// <exception cref="ArgumentException">A label of another form, one that comes twice, or an I-X whose B-X is missing.</exception>
    public static TagConstraints Bio(IReadOnlyList<string> labels) => Of(labels, "BI", (before, after) => after.Kind switch
    {
        'I' => before.Type == after.Type,
        _ => true,
    });

    /// <summary>Constraints of labels "O", "B-X", "I-X", "E-X", "S-X".</summary>
    /// <exception cref="ArgumentException">A label of another form, one that comes twice, or one of B-X and E-X without the other.</exception>
    public static TagConstraints Bioes(IReadOnlyList<string> labels) => Of(labels, "BIES", (before, after) => before.Kind switch
    {
        'B' or 'I' => after.Kind is 'I' or 'E' && after.Type == before.Type,
        _ => after.Kind is not ('I' or 'E'),
    });

    /// <summary>Whether a sequence may begin with a label.</summary>
    public bool MayStart(int label) => starts[label];

    /// <summary>Whether a label may follow another.</summary>
    public bool MayFollow(int before, int label) => follows[before, label];

    /// <summary>Whether a sequence may end with a label.</summary>
    public bool MayEnd(int label) => ends[label];

    /// <summary>Whether a sequence keeps to all constraints; an empty one does.</summary>
    /// <param name="labels">Label indices, in order, without padding.</param>
    public bool Allow(ReadOnlySpan<long> labels)
    {
        if (labels.IsEmpty)
            return true;
        for (var t = 1; t < labels.Length; t++)
            if (!follows[labels[t - 1], labels[t]])
                return false;
        return starts[labels[0]] && ends[labels[^1]];
    }

    /// <summary>What is forbidden, as masks for scores.</summary>
    /// <param name="device">Where the masks are to be; none means the CPU.</param>
    public ForbiddenTags Forbidden(Device? device = null)
    {
        var count = Labels.Count;
        var flat = new bool[count * count];
        for (var i = 0; i < flat.Length; i++)
            flat[i] = !follows[i / count, i % count];
        using var scope = NewDisposeScope();
        Tensor On(bool[] mask, params long[] shape) => tensor(mask, shape, ScalarType.Bool, device).MoveToOuterDisposeScope();
        return new(On(flat, count, count), On(Not(starts), count), On(Not(ends), count));
    }

    private static bool[] Not(bool[] allowed) => [.. allowed.Select(a => !a)];

    private static TagConstraints Of(IReadOnlyList<string> labels, string kinds, Func<Part, Part, bool> mayFollow)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var parts = labels.Select(label => Parse(label, kinds) ?? throw new ArgumentException(
            $"labels must be O or one of {string.Join(", ", kinds.Select(kind => $"{kind}-X"))}, got '{label}'.", nameof(labels))).ToArray();
        if (parts.Length == 0)
            throw new ArgumentException("labels must not be empty, got none.", nameof(labels));
        if (labels.GroupBy(label => label).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"labels must differ, got '{twice.Key}' {twice.Count()} times.", nameof(labels));
        foreach (var part in parts)
        {
            var missing = part.Kind switch
            {
                'I' or 'E' => $"B-{part.Type}",
                'B' when kinds.Contains('E') => $"E-{part.Type}",
                _ => null,
            };
            if (missing is not null && !labels.Contains(missing))
                throw new ArgumentException($"labels must hold {missing} beside {part.Kind}-{part.Type}, got {string.Join(", ", labels)}.", nameof(labels));
        }

        var outside = new Part('O', "");                                  // before the first label and after the last
        var follows = new bool[parts.Length, parts.Length];
        for (var i = 0; i < parts.Length; i++)
            for (var j = 0; j < parts.Length; j++)
                follows[i, j] = mayFollow(parts[i], parts[j]);
        return new(
            labels, [.. parts.Select(part => mayFollow(outside, part))], follows, [.. parts.Select(part => mayFollow(part, outside))]);
    }

    private static Part? Parse(string label, string kinds) => label switch
    {
        "O" => new('O', ""),
        [var kind, '-', _, ..] when kinds.Contains(kind) => new(kind, label[2..]),
        _ => null,
    };

    private readonly record struct Part(char Kind, string Type);
}
