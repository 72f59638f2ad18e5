namespace Lab.Core.Trees;

/// <summary>How many words hang on the right head, and in the right relation.</summary>
/// <param name="Words">Words that were looked at.</param>
/// <param name="RightHeads">Those with the right head.</param>
/// <param name="RightBoth">Those with the right head and the right relation.</param>
/// <param name="RightRelations">Those with the right relation, whatever their head.</param>
/// <param name="ExactSentences">Sentences in which every head is right.</param>
/// <param name="Sentences">Sentences.</param>
/// <remarks>Source: Buchholz and Marsi 2006 (the CoNLL-X shared task).</remarks>
public sealed record AttachmentScore(long Words, long RightHeads, long RightBoth, long RightRelations, long ExactSentences, long Sentences)
{
    /// <summary>UAS, the unlabelled attachment score: the share of words with the right head; 1 where there are none.</summary>
    public double Unlabelled => Words == 0 ? 1 : (double)RightHeads / Words;

    /// <summary>LAS, the labelled attachment score: the share with the right head and relation.</summary>
    public double Labelled => Words == 0 ? 1 : (double)RightBoth / Words;

    /// <summary>The share of words with the right relation.</summary>
    public double Relations => Words == 0 ? 1 : (double)RightRelations / Words;

    /// <summary>The share of sentences in which every head is right.</summary>
    public double ExactMatch => Sentences == 0 ? 1 : (double)ExactSentences / Sentences;

    /// <summary>Counts over sentences.</summary>
    /// <param name="gold">Right heads of each sentence.</param>
    /// <param name="predicted">Predicted ones.</param>
    /// <param name="goldRelations">Right relations; null where they do not matter.</param>
    /// <param name="predictedRelations">Predicted ones; null where they do not matter.</param>
    /// <param name="ignored">True at words that do not count, such as punctuation; null counts all.</param>
    /// <exception cref="ArgumentException">Lists that do not fit each other: the message has the sentence's number.</exception>
    public static AttachmentScore Of(
        IReadOnlyList<IReadOnlyList<int>> gold, IReadOnlyList<IReadOnlyList<int>> predicted,
        IReadOnlyList<IReadOnlyList<string>>? goldRelations = null, IReadOnlyList<IReadOnlyList<string>>? predictedRelations = null,
        IReadOnlyList<IReadOnlyList<bool>>? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(predicted);
        Fits(gold, predicted, nameof(predicted));
        if (goldRelations is null != predictedRelations is null)
            throw new ArgumentException(
                "predictedRelations must be given where goldRelations are, and only there, got one of the two.", nameof(predictedRelations));
        Fits(gold, goldRelations, nameof(goldRelations));
        Fits(gold, predictedRelations, nameof(predictedRelations));
        Fits(gold, ignored, nameof(ignored));
        var (words, heads, both, relations, exact) = (0L, 0L, 0L, 0L, 0L);
        for (var i = 0; i < gold.Count; i++)
        {
            var all = true;
            for (var t = 0; t < gold[i].Count; t++)
            {
                if (ignored?[i][t] == true)
                    continue;
                var head = gold[i][t] == predicted[i][t];
                var relation = goldRelations is null || goldRelations[i][t] == predictedRelations![i][t];
                words++;
                heads += head ? 1 : 0;
                both += head && relation ? 1 : 0;
                relations += relation ? 1 : 0;
                all &= head;
            }
            exact += all ? 1 : 0;
        }
        return new(words, heads, both, relations, exact, gold.Count);
    }

    /// <summary><c>UAS 91.2, LAS 88.7, 60.3 % of sentences exact</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"UAS {100 * Unlabelled:F1}, LAS {100 * Labelled:F1}, {100 * ExactMatch:F1} % of sentences exact");

    private static void Fits<T>(IReadOnlyList<IReadOnlyList<int>> gold, IReadOnlyList<IReadOnlyList<T>>? other, string name)
    {
        if (other is null)
            return;
        if (other.Count != gold.Count)
            throw new ArgumentException($"{name} must have {gold.Count} sentences, got {other.Count}.", name);
        for (var i = 0; i < gold.Count; i++)
            if (other[i].Count != gold[i].Count)
                throw new ArgumentException($"{name} must have {gold[i].Count} words in sentence {i}, got {other[i].Count}.", name);
    }
}
