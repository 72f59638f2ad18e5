using System.Globalization;
using System.Text;
using Lab.Core.Trees;
using Lab.Data.Sets;

namespace Lab.Data.Treebanks;

/// <summary>Makes <c>data/treebank</c>: the same sentences as trees in Penn brackets and as dependencies in CoNLL-U.</summary>
public static class TreebankCorpus
{
    /// <summary>The seed of the committed files.</summary>
    public const int Seed = 1993;

    /// <summary>The most words of a drawn sentence, the full stop included.</summary>
    public const int MostWords = 15;

    private static readonly (string Name, int Drawn, int Written)[] parts = [("train", 420, 20), ("dev", 60, 6), ("test", 120, 10)];

    /// <summary>The six files.</summary>
    /// <param name="seed">The same seed gives the same bytes on every system.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    public static IReadOnlyList<MadeFile> Make(int seed, IProgress<double>? progress = null)
    {
        var (files, used) = (new List<MadeFile>(), new HashSet<string>());
        var written = TreebankSentences.Written.ToArray();
        var order = SplitMix64.Stream((ulong)seed, 0, 0);
        order.Shuffle(written.AsSpan());
        var next = 0;
        foreach (var (name, drawn, byHand) in parts)
        {
            var grammar = new TreebankGrammar(SplitMix64.Stream((ulong)seed, 1, (ulong)files.Count), training: name == "train");
            var trees = new List<(ParseTree Tree, string Source)>();
            foreach (var tree in written.AsSpan(next, byHand))
            {
                used.Add(string.Join(' ', tree.Plain()!.Words));
                trees.Add((tree, "written"));
            }
            next += byHand;
            while (trees.Count < byHand + drawn)
            {
                var tree = grammar.Sentence();
                var words = tree.Plain()!.Words;
                if (words.Count <= MostWords && used.Add(string.Join(' ', words)))
                    trees.Add((tree, "drawn"));
            }
            var shuffled = trees.ToArray();
            order.Shuffle(shuffled.AsSpan());
            files.Add(new($"{name}.mrg", Encoding.UTF8.GetBytes(PennFile.Format(shuffled.Select(t => t.Tree)))));
            files.Add(new($"{name}.conllu", Encoding.UTF8.GetBytes(ConlluFile.Format(
                shuffled.Select((t, i) => Sentence(t.Tree, string.Create(CultureInfo.InvariantCulture, $"{name}-{i + 1}"), t.Source))))));
            progress?.Report((double)files.Count / (2 * parts.Length));
        }
        return files;
    }

    /// <summary>A tree's dependencies, as a sentence of a CoNLL-U file.</summary>
    internal static ConlluSentence Sentence(ParseTree tree, string id, string source)
    {
        var (heads, relations) = HeadRules.Of(tree);
        ParseTree[] leaves = [.. tree.Plain()!.Leaves];
        return new(
            [.. leaves.Select((leaf, i) => new ConlluRow(
                (i + 1).ToString(CultureInfo.InvariantCulture), leaf.Word!, TreebankWords.Lemma(leaf.Word!, leaf.Label), Universal(leaf, relations[i]), leaf.Label,
                Head: heads[i].ToString(CultureInfo.InvariantCulture), Deprel: relations[i]))],
            [$"# sent_id = {id}", $"# text = {Text(leaves)}", $"# source = {source}"]);
    }

    private static string Text(ParseTree[] leaves) =>
        string.Join(' ', leaves.Select(leaf => leaf.Word)).Replace(" .", ".", StringComparison.Ordinal)
            .Replace(" ?", "?", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal);

    private static string Universal(ParseTree leaf, string relation) => leaf.Label switch
    {
        "DT" or "PRP$" or "WDT" => leaf.Label == "WDT" && relation != "det" ? "PRON" : "DET",
        "NN" or "NNS" => "NOUN",
        "NNP" => "PROPN",
        "PRP" or "WP" => "PRON",
        "JJ" => "ADJ",
        "RB" or "WRB" => "ADV",
        "IN" => relation == "mark" ? "SCONJ" : "ADP",
        "TO" => relation == "mark" ? "PART" : "ADP",
        "RP" => "ADP",
        "CC" => "CCONJ",
        "CD" => "NUM",
        "MD" => "AUX",
        "." or "," => "PUNCT",
        _ => relation is "aux" or "cop" ? "AUX" : "VERB",
    };
}
