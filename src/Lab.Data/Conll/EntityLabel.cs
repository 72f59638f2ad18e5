namespace Lab.Data.Conll;

/// <summary>A label of a word: outside, or a part of a span of some type.</summary>
/// <param name="Kind">O outside, B begins, I inside, E ends, S a span of one word.</param>
/// <param name="Type">The span's type, such as PER; empty outside.</param>
public readonly record struct EntityLabel(char Kind, string Type)
{
    /// <summary>Outside of every span.</summary>
    public static EntityLabel Outside { get; } = new('O', "");

    /// <summary>Whether it is outside of every span.</summary>
    public bool IsOutside => Kind == 'O';

    /// <summary>Reads O, B-X, I-X, E-X or S-X.</summary>
    public static bool TryParse(string text, out EntityLabel label)
    {
        label = Outside;
        if (text == "O")
            return true;
        if (text is not ['B' or 'I' or 'E' or 'S', '-', _, ..])
            return false;
        label = new(text[0], text[2..]);
        return true;
    }

    /// <summary>Reads O, B-X, I-X, E-X or S-X.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static EntityLabel Parse(string text) => TryParse(text, out var label)
        ? label
        : throw new FormatException($"A label must be O, B-X, I-X, E-X or S-X, got '{text}'.");

    /// <summary><c>B-PER</c>, <c>O</c>.</summary>
    public override string ToString() => IsOutside ? "O" : $"{Kind}-{Type}";
}

/// <summary>A named stretch of words.</summary>
/// <param name="Start">Its first word, from 0.</param>
/// <param name="End">The word after its last.</param>
/// <param name="Type">Its type, such as PER.</param>
public readonly record struct EntitySpan(int Start, int End, string Type)
{
    /// <summary>The spans that labels describe, as conlleval reads them, valid or not.</summary>
    /// <remarks>
    /// A span begins at B and S; and at I and E where nothing of their type is open: after O, E, S, or another type. It goes on
    /// through I and E of its type, and ends after E and S, before a beginning, and before O. So "I-PER" alone is a
    /// span, and "B-PER I-LOC" are two.
    /// </remarks>
    /// <exception cref="FormatException">A label of another form.</exception>
    public static IReadOnlyList<EntitySpan> Read(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (spans, start, before) = (new List<EntitySpan>(), -1, EntityLabel.Outside);
        for (var t = 0; t <= labels.Count; t++)
        {
            var label = t < labels.Count ? EntityLabel.Parse(labels[t]) : EntityLabel.Outside;
            var goesOn = label.Kind is 'I' or 'E' && before.Kind is 'B' or 'I' && label.Type == before.Type;
            if (start >= 0 && !goesOn)
            {
                spans.Add(new(start, t, before.Type));
                start = -1;
            }
            if (!label.IsOutside && !goesOn)
                start = t;
            before = label;
        }
        return spans;
    }

    /// <summary>Labels B and I, or B, I, E and S, for spans that do not overlap.</summary>
    /// <param name="spans">In any order.</param>
    /// <param name="length">How many words.</param>
    /// <param name="bioes">Whether E and S are used.</param>
    /// <exception cref="ArgumentException">A span outside of the sentence, an empty one, or two that overlap.</exception>
    public static IReadOnlyList<string> Write(IEnumerable<EntitySpan> spans, int length, bool bioes = false)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var labels = Enumerable.Repeat("O", length).ToArray();
        foreach (var (start, end, type) in spans)
        {
            if (start < 0 || end <= start || end > length)
                throw new ArgumentException($"spans must lie in [0, {length}) and hold a word, got [{start}, {end}).", nameof(spans));
            for (var t = start; t < end; t++)
            {
                if (labels[t] != "O")
                    throw new ArgumentException($"spans must not overlap, got two at word {t}.", nameof(spans));
                var kind = (t == start, t == end - 1) switch
                {
                    (true, true) when bioes => 'S',
                    (false, true) when bioes => 'E',
                    (true, _) => 'B',
                    _ => 'I',
                };
                labels[t] = $"{kind}-{type}";
            }
        }
        return labels;
    }
}
