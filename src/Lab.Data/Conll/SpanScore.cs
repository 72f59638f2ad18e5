namespace Lab.Data.Conll;

/// <summary>How many spans were found, there, and right: start, end and type.</summary>
/// <param name="Correct">Spans that are both predicted and true.</param>
/// <param name="Predicted">Spans that were predicted.</param>
/// <param name="True">Spans that there are.</param>
public readonly record struct SpanScore(int Correct, int Predicted, int True)
{
    /// <summary>The share of predicted spans that are right; 0 where none was predicted.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>The share of true spans that were found; 0 where there is none.</summary>
    public double Recall => True == 0 ? 0 : (double)Correct / True;

    /// <summary>Their harmonic mean, <c>2·correct / (predicted + true)</c>; 0 where there is no span at all.</summary>
    public double F1 => Predicted + True == 0 ? 0 : 2.0 * Correct / (Predicted + True);

    /// <summary>Counts of two parts of a corpus added up.</summary>
    public static SpanScore operator +(SpanScore left, SpanScore right) => Add(left, right);

    /// <summary>Counts of two parts of a corpus added up.</summary>
    public static SpanScore Add(SpanScore left, SpanScore right) =>
        new(left.Correct + right.Correct, left.Predicted + right.Predicted, left.True + right.True);

    /// <summary>Precision 81.25%, recall 78.79%, F1 80.00%, as conlleval prints them.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"precision {100 * Precision:F2}%, recall {100 * Recall:F2}%, F1 {100 * F1:F2}%");
}

/// <summary>Scores of all spans and of each type, without an order and without labels of words: spans may touch, lie in each other or overlap.</summary>
/// <param name="All">Of all types together.</param>
/// <param name="ByType">Of each type that is predicted or true, in alphabetical order.</param>
public sealed record SpanScores(SpanScore All, IReadOnlyDictionary<string, SpanScore> ByType)
{
    /// <summary>Compares predicted spans with true ones: a span is right where one with its start, its end and its type is there.</summary>
    /// <param name="predicted">One collection per sentence, in any order; a set holds nothing twice, so a span that comes twice counts once.</param>
    /// <param name="truth">As many.</param>
    /// <exception cref="ArgumentException">Not as many sentences.</exception>
    public static SpanScores Of(IReadOnlyList<IReadOnlyCollection<EntitySpan>> predicted, IReadOnlyList<IReadOnlyCollection<EntitySpan>> truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Count != truth.Count)
            throw new ArgumentException($"predicted must have a sentence for each true one, {truth.Count}, got {predicted.Count}.", nameof(predicted));
        var types = new SortedDictionary<string, SpanScore>(StringComparer.Ordinal);
        foreach (var (said, right) in predicted.Zip(truth))
        {
            var (found, there) = (said.ToHashSet(), right.ToHashSet());
            foreach (var span in found)
                Count(span.Type, new(there.Contains(span) ? 1 : 0, 1, 0));
            foreach (var span in there)
                Count(span.Type, new(0, 0, 1));
        }
        return new(types.Values.Aggregate(default(SpanScore), SpanScore.Add), types);

        void Count(string type, SpanScore score) => types[type] = types.GetValueOrDefault(type) + score;
    }
}

/// <summary>Scores of all spans and of each type, and of words: what conlleval prints.</summary>
/// <param name="All">Of all types together.</param>
/// <param name="ByType">Of each type that is predicted or true, in alphabetical order.</param>
/// <param name="Words">How many words.</param>
/// <param name="RightWords">How many of them have the right label.</param>
public sealed record SpanReport(SpanScore All, IReadOnlyDictionary<string, SpanScore> ByType, int Words, int RightWords)
{
    /// <summary>The share of words with the right label.</summary>
    public double Accuracy => Words == 0 ? 0 : (double)RightWords / Words;

    /// <summary>Compares predicted labels with true ones, span by span, by conlleval's rules.</summary>
    /// <param name="predicted">One list of labels per sentence; BIO or BIOES, valid or not.</param>
    /// <param name="truth">As many, of the same lengths.</param>
    /// <exception cref="ArgumentException">Not as many sentences, or a sentence of another length.</exception>
    /// <exception cref="FormatException">A label that is none.</exception>
    public static SpanReport Of(IReadOnlyList<IReadOnlyList<string>> predicted, IReadOnlyList<IReadOnlyList<string>> truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Count != truth.Count)
            throw new ArgumentException($"predicted must have a sentence for each true one, {truth.Count}, got {predicted.Count}.", nameof(predicted));
        for (var i = 0; i < truth.Count; i++)
            if (predicted[i].Count != truth[i].Count)
                throw new ArgumentException($"predicted must have a label per word: sentence {i} has {truth[i].Count} words, got {predicted[i].Count}.", nameof(predicted));
        var spans = SpanScores.Of([.. predicted.Select(EntitySpan.Read)], [.. truth.Select(EntitySpan.Read)]);
        var right = predicted.Zip(truth).Sum(pair => pair.First.Zip(pair.Second).Count(label => label.First == label.Second));
        return new(spans.All, spans.ByType, truth.Sum(sentence => sentence.Count), right);
    }
}
