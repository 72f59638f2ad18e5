namespace Lab.Core.Trees;

/// <summary>How many labelled brackets of predicted trees are right: PARSEVAL, as the program evalb counts it.</summary>
/// <param name="Matched">Brackets that both trees have.</param>
/// <param name="Gold">Brackets of the right trees.</param>
/// <param name="Predicted">Brackets of the predicted ones.</param>
/// <param name="Exact">Sentences in which all brackets are right and none is missing.</param>
/// <param name="Sentences">Sentences.</param>
/// <remarks>
/// <para>A bracket is a label and the words from where to where. Parts of speech are none; a label TOP, ROOT or S1 (and the empty one) is left
/// out; punctuation is taken out of the sentence first, so that it is no error to attach it elsewhere. Brackets are counted as often as they
/// come: NP over NP over the same words is two.</para>
/// <para>Source: Black et al. 1991; Sekine and Collins's evalb, whose parameter file COLLINS this follows (without its equation of
/// ADVP and PRT).</para>
/// </remarks>
public sealed record BracketScore(long Matched, long Gold, long Predicted, long Exact, long Sentences)
{
    private static readonly HashSet<string> notCounted = ["TOP", "ROOT", "S1", ""];
    private static readonly HashSet<string> punctuation = [",", ":", "``", "''", ".", "-NONE-"];

    /// <summary>The share of predicted brackets that are right; 1 where none was predicted.</summary>
    public double Precision => Predicted == 0 ? 1 : (double)Matched / Predicted;

    /// <summary>The share of right brackets that were found; 1 where there are none.</summary>
    public double Recall => Gold == 0 ? 1 : (double)Matched / Gold;

    /// <summary>2·Matched / (Gold + Predicted), the harmonic mean of both; 1 where there are no brackets.</summary>
    public double F1 => Gold + Predicted == 0 ? 1 : 2.0 * Matched / (Gold + Predicted);

    /// <summary>The share of sentences that are right as a whole.</summary>
    public double ExactMatch => Sentences == 0 ? 1 : (double)Exact / Sentences;

    /// <summary>Counts over pairs of trees.</summary>
    /// <exception cref="ArgumentException">Not as many of one as of the other, or a pair with different words: the message has its number.</exception>
    public static BracketScore Of(IReadOnlyList<ParseTree> gold, IReadOnlyList<ParseTree> predicted)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(predicted);
        if (gold.Count != predicted.Count)
            throw new ArgumentException($"predicted must be one tree for each of the {gold.Count} right ones, got {predicted.Count}.", nameof(predicted));
        var sum = new BracketScore(0, 0, 0, 0, 0);
        for (var i = 0; i < gold.Count; i++)
        {
            if (Length(gold[i]) != Length(predicted[i]))
                throw new ArgumentException(
                    $"predicted must have the words of the right trees; in pair {i}, {Length(gold[i])} were wanted, got {Length(predicted[i])}.", nameof(predicted));
            if (!gold[i].Words.SequenceEqual(predicted[i].Words))
                throw new ArgumentException(
                    $"predicted must have the words of the right trees; in pair {i}, '{string.Join(' ', gold[i].Words)}' was wanted, "
                    + $"got '{string.Join(' ', predicted[i].Words)}'.", nameof(predicted));
            var ignored = gold[i].Leaves.Select(leaf => punctuation.Contains(leaf.Label)).ToArray();
            var (right, found) = (Brackets(gold[i], ignored), Brackets(predicted[i], ignored));
            var matched = right.Sum(b => Math.Min(b.Value, found.GetValueOrDefault(b.Key)));
            var (all, guessed) = (right.Values.Sum(), found.Values.Sum());
            sum = new(
                sum.Matched + matched, sum.Gold + all, sum.Predicted + guessed,
                sum.Exact + (matched == all && matched == guessed ? 1 : 0), sum.Sentences + 1);
        }
        return sum;
    }

    /// <summary><c>F1 91.2 (precision 90.8, recall 91.6), 41.0 % exact</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"F1 {100 * F1:F1} (precision {100 * Precision:F1}, recall {100 * Recall:F1}), {100 * ExactMatch:F1} % exact");

    private static int Length(ParseTree tree) => tree.Leaves.Count();

    /// <summary>How often each bracket comes; words count from 0, ignored ones not.</summary>
    private static Dictionary<(string Label, int First, int Last), int> Brackets(ParseTree tree, bool[] ignored)
    {
        var found = new Dictionary<(string, int, int), int>();
        var (word, kept) = (0, 0);
        Visit(tree);
        return found;

        void Visit(ParseTree node)
        {
            if (node.IsPreterminal)
            {
                kept += ignored[word++] ? 0 : 1;
                return;
            }
            var first = kept;
            foreach (var child in node.Children)
                Visit(child);
            var label = ParseTree.Category(node.Label);
            if (kept > first && !notCounted.Contains(label))
                found[(label, first, kept)] = found.GetValueOrDefault((label, first, kept)) + 1;
        }
    }
}
