using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Scores of sentences under a grammar, as <see cref="TreeCrf"/> takes them: all are log-probabilities.</summary>
/// <param name="Spans"><c>[B, T, T, K]</c>: log p(word | label) for single words; 0 where a label is over two others.</param>
/// <param name="Rules"><c>[K, K, K]</c>: log p(left, right | label).</param>
/// <param name="Root"><c>[K]</c>: log p(label of the whole).</param>
/// <param name="Lengths"><c>[B]</c>.</param>
public sealed record GrammarScores(Tensor Spans, Tensor Rules, Tensor Root, Tensor Lengths);

/// <summary>A probabilistic context-free grammar in Chomsky's normal form, read off a treebank by counting.</summary>
/// <remarks>
/// <para>Trees are binarised (<see cref="Binarization"/>); <c>p(left, right | label)</c> and <c>p(word | label)</c> are counts over counts: the
/// maximum of likelihood. Whether a label is over a word or over two labels is part of its probabilities, so those of each label
/// sum to 1.</para>
/// <para>Words: a word that comes at most <c>rare</c> times counts half for itself and half for its <b>shape</b> (capital, digit, hyphen,
/// last letters), so that unknown words are known by their shape; a shape that was never seen has the same small probability under every
/// label.</para>
/// <para>log Z of <see cref="TreeCrf.TreeLogPartition"/> is then the log-probability of the sentence. Source: Charniak 1996; Klein and
/// Manning 2003 (unknown words).</para>
/// </remarks>
public sealed class CnfGrammar
{
    private const double Unseen = 1e-6;

    private readonly Dictionary<(int Label, string Word), double> words = [];
    private readonly HashSet<string> vocabulary = [];
    private readonly HashSet<string> shapes = [];
    private readonly Dictionary<(int Label, int Left, int Right), double> rules = [];
    private readonly double[] roots;
    private readonly double[] totals;

    /// <summary>Counts a treebank.</summary>
    /// <param name="trees">Trees of any arity.</param>
    /// <param name="rare">How often a word may come and still stand for its shape too.</param>
    /// <exception cref="ArgumentException">No trees, or a negative number.</exception>
    public CnfGrammar(IReadOnlyList<ParseTree> trees, int rare = 1)
    {
        Labels = new SpanLabels(trees);
        ArgumentOutOfRangeException.ThrowIfNegative(rare);
        (roots, totals) = (new double[Labels.Names.Count], new double[Labels.Names.Count]);
        var often = trees.SelectMany(tree => tree.Words).GroupBy(word => word).ToDictionary(g => g.Key, g => g.Count());
        foreach (var tree in trees.Select(Binarization.Apply))
        {
            roots[Labels[tree.Label]!.Value]++;
            foreach (var node in tree.Constituents)
                Count(node, often, rare);
        }
    }

    /// <summary>The labels.</summary>
    public SpanLabels Labels { get; }

    /// <summary>How many rules have been seen.</summary>
    public int Rules => rules.Count;

    /// <summary>p(left, right | label); 0 where a label is not known.</summary>
    public double Probability(string label, string left, string right) =>
        Labels[label] is { } k && Labels[left] is { } l && Labels[right] is { } r ? rules.GetValueOrDefault((k, l, r)) / totals[k] : 0;

    /// <summary>p(word | label), unknown words by their shape; 0 where the label is not known.</summary>
    public double Probability(string label, string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Labels[label] is { } k ? Emission(k, word) : 0;
    }

    /// <summary>The rules of a label, the most probable first.</summary>
    public IReadOnlyList<(string Left, string Right, double Probability)> RulesOf(string label) => Labels[label] is not { } k
        ? []
        : [.. rules.Where(rule => rule.Key.Label == k).OrderByDescending(rule => rule.Value)
            .Select(rule => (Labels.Names[rule.Key.Left], Labels.Names[rule.Key.Right], rule.Value / totals[k]))];

    /// <summary>The scores of sentences.</summary>
    /// <exception cref="ArgumentException">No sentences, or one without words.</exception>
    public GrammarScores Scores(IReadOnlyList<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0 || sentences.Any(sentence => sentence.Count == 0))
            throw new ArgumentException("sentences must be at least one, each of at least one word.", nameof(sentences));
        var (labels, places) = (Labels.Names.Count, sentences.Max(sentence => sentence.Count));
        var spans = new double[sentences.Count * places * places * labels];
        for (var b = 0; b < sentences.Count; b++)
            for (var t = 0; t < sentences[b].Count; t++)
                for (var k = 0; k < labels; k++)
                    spans[(((((long)b * places) + t) * places + t) * labels) + k] = Math.Log(Emission(k, sentences[b][t]));
        var table = new double[labels * labels * labels];
        Array.Fill(table, double.NegativeInfinity);
        foreach (var ((k, l, r), count) in rules)
            table[((k * labels) + l) * labels + r] = Math.Log(count / totals[k]);
        return new(
            tensor(spans, [sentences.Count, places, places, labels], ScalarType.Float64),
            tensor(table, [labels, labels, labels], ScalarType.Float64),
            tensor([.. roots.Select(count => Math.Log(count / roots.Sum()))], ScalarType.Float64),
            tensor([.. sentences.Select(sentence => (long)sentence.Count)]));
    }

    /// <summary>What is looked at in a word that is not known.</summary>
    public static string Shape(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        var ending = word.Length > 3 ? word[^2..].ToLowerInvariant() : "";
        return $"<{(char.IsUpper(word[0]) ? "A" : "a")}{(word.Any(char.IsDigit) ? "9" : "")}{(word.Contains('-', StringComparison.Ordinal) ? "-" : "")}{ending}>";
    }

    private void Count(ParseTree node, Dictionary<string, int> often, int rare)
    {
        var label = Labels[node.Label]!.Value;
        totals[label]++;
        if (!node.IsPreterminal)
        {
            var rule = (label, Labels[node.Children[0].Label]!.Value, Labels[node.Children[1].Label]!.Value);
            rules[rule] = rules.GetValueOrDefault(rule) + 1;
            return;
        }
        vocabulary.Add(node.Word!);
        var seldom = often[node.Word!] <= rare;
        Add(label, node.Word!, seldom ? 0.5 : 1);
        if (!seldom)
            return;
        shapes.Add(Shape(node.Word!));
        Add(label, Shape(node.Word!), 0.5);
    }

    private void Add(int label, string word, double count) => words[(label, word)] = words.GetValueOrDefault((label, word)) + count;

    private double Emission(int label, string word)
    {
        if (vocabulary.Contains(word))
            return words.GetValueOrDefault((label, word)) / totals[label];
        var shape = Shape(word);
        return shapes.Contains(shape) ? words.GetValueOrDefault((label, shape)) / totals[label] : Unseen;
    }
}
