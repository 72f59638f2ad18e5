using System.Globalization;
using Lab.Core.Trees;

namespace Lab.Data.Treebanks;

/// <summary>A sentence's dependencies: positions from 1, 0 for the root.</summary>
/// <param name="Heads">For each word the position of its head.</param>
/// <param name="Relations">For each word its relation to it, as in Universal Dependencies.</param>
public sealed record Dependencies(IReadOnlyList<int> Heads, IReadOnlyList<string> Relations);

/// <summary>From constituents to dependencies: each constituent has a head among its parts, and the others hang on that one's word.</summary>
/// <remarks>
/// <para>Heads are those of Universal Dependencies: content words. A noun and not its preposition, a verb and not its auxiliary, what is said
/// with "was" and not "was" itself, the first of several that are joined by "and".</para>
/// <para>What stands away from its place, and has left a trace there (<c>WHNP-1</c> and <c>*T*-1</c>, <c>SBAR-1</c> and <c>*ICH*-1</c>), is put back before
/// heads are looked for. Words keep their order in the sentence, so arcs may then cross.</para>
/// <para>The rules are for the labels of <c>data/treebank</c>, which are the Penn treebank's. Source: Collins 1999, appendix A; de Marneffe et
/// al. 2006; Nivre et al. 2020.</para>
/// </remarks>
public static class HeadRules
{
    /// <summary>The dependencies of a tree's words, empty elements left out.</summary>
    /// <exception cref="ArgumentException">A tree without words.</exception>
    public static Dependencies Of(ParseTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var words = 0;
        var root = Constituent.Of(tree, ref words);
        if (words == 0)
            throw new ArgumentException("tree must have words, got none.", nameof(tree));
        root.PutBack();
        root.Prune();
        var (heads, relations) = (new int[words], new string[words]);
        heads[root.HeadWord - 1] = 0;
        relations[root.HeadWord - 1] = "root";
        Attach(root, heads, relations);
        return new(heads, relations);
    }

    private static void Attach(Constituent node, int[] heads, string[] relations)
    {
        if (node.Parts.Count == 0)
            return;
        var head = node.Head;
        for (var i = 0; i < node.Parts.Count; i++)
        {
            var part = node.Parts[i];
            Attach(part, heads, relations);
            if (part == head)
                continue;
            // "and" hangs on what it brings.
            var next = part.Category == "CC" ? node.Parts.Skip(i + 1).FirstOrDefault(p => !p.IsPunctuation && p.Category != "CC" && p != head) : null;
            heads[part.HeadWord - 1] = (next ?? head).HeadWord;
            relations[part.HeadWord - 1] = Relation(node, i, head);
        }
    }

    private static string Relation(Constituent node, int i, Constituent head)
    {
        var part = node.Parts[i];
        var joined = node.Parts.Any(p => p.Category == "CC");
        if (part.IsPunctuation)
            return "punct";
        if (part.Category == "CC")
            return "cc";
        if (joined && i > node.Parts.IndexOf(head) && (part.Category == head.Category || part.Category[0] == head.Category[0]))
            return "conj";
        return (part.Category, node.Category) switch
        {
            ("DT" or "WDT", _) => "det",
            ("PRP$", _) => "nmod:poss",
            ("CD", _) => "nummod",
            ("JJ" or "ADJP", "NP" or "WHNP") => "amod",
            ("NN" or "NNP", "NP" or "WHNP") => "compound",
            ("IN" or "TO", "PP") => "case",
            ("IN" or "TO", _) => "mark",
            ("PP", "NP" or "WHNP") => "nmod",
            ("PP", _) => "obl",
            ("SBAR", "NP") => "acl:relcl",
            ("SBAR", _) => part.Functions.Contains("ADV") ? "advcl" : "ccomp",
            ("RB" or "ADVP" or "WHADVP" or "WRB", _) => "advmod",
            ("RP" or "PRT", _) => "compound:prt",
            ("MD", _) => "aux",
            (['V', 'B', ..], _) => part.IsBe && !head.Category.StartsWith('V') ? "cop" : "aux",
            ("NP" or "WHNP", _) when part.Functions.Contains("TMP") => "obl:tmod",
            ("NP" or "WHNP", "S" or "SQ" or "SBARQ" or "SINV") => "nsubj",
            ("NP" or "WHNP", "VP") => node.Parts.Skip(i + 1).Any(p => p.Category is "NP" or "WHNP" && !p.Functions.Contains("TMP")) ? "iobj" : "obj",
            ("VP", "NP") => "acl",
            ("S" or "VP", "VP") => "xcomp",
            ("ADJP", "VP") => "xcomp",
            ("S" or "SQ", _) => "parataxis",
            ("UH" or "INTJ", _) => "discourse",
            _ => "dep",
        };
    }

    /// <summary>A constituent that can be moved.</summary>
    private sealed class Constituent
    {
        private static readonly Dictionary<string, string[]> byCategory = new()
        {
            ["S"] = ["VP", "S", "SQ", "ADJP", "NP"],
            ["SINV"] = ["VP", "S"],
            ["SQ"] = ["VP", "ADJP", "SQ"],
            ["SBARQ"] = ["SQ", "S", "SBARQ"],
            ["SBAR"] = ["S", "SQ", "SBAR"],
            ["PP"] = ["NP", "WHNP", "PP", "SBAR"],
            ["ADJP"] = ["JJ", "ADJP", "VBN"],
            ["ADVP"] = ["RB", "ADVP", "IN"],
            ["WHADVP"] = ["WRB"],
            ["PRT"] = ["RP"],
        };

        private Constituent? above;

        public required string Category { get; set; }

        public required string[] Functions { get; set; }

        public required string? Index { get; init; }

        /// <summary>The position of a word, from 1; 0 for a constituent of others and for an empty element.</summary>
        public required int Word { get; init; }

        public required string? Form { get; init; }

        public List<Constituent> Parts { get; private set; } = [];

        public bool IsPunctuation => Category is "." or "," or ":" or "``" or "''";

        public bool IsBe => Form is "was" or "were" or "is" or "are" or "be" or "been";

        public int HeadWord => Parts.Count == 0 ? Word : Head.HeadWord;

        /// <summary>The part that the others hang on.</summary>
        public Constituent Head
        {
            get
            {
                if (Parts.FirstOrDefault(p => p.Functions.Contains("PRD")) is { } said)
                    return said;
                if (Category == "VP")
                    return Parts.FirstOrDefault(p => p.Category == "VP") ?? Parts.FirstOrDefault(p => p.Category[0] == 'V')
                        ?? Parts.FirstOrDefault(p => p.Category == "MD") ?? Parts[^1];
                if (Category is "NP" or "WHNP" or "NX")
                    return Parts.FirstOrDefault(p => p.Category is "NP" or "WHNP" or "NX")
                        ?? (Parts.Any(p => p.Category == "CC") ? Parts.FirstOrDefault(IsNoun) : Parts.LastOrDefault(IsNoun)) ?? Parts[^1];
                return byCategory.GetValueOrDefault(Category, []).Select(wanted => Parts.FirstOrDefault(p => p.Category == wanted))
                    .FirstOrDefault(p => p is not null) ?? Parts.LastOrDefault(p => !p.IsPunctuation) ?? Parts[^1];
            }
        }

        public static Constituent Of(ParseTree tree, ref int words)
        {
            var labels = ParseTree.Category(tree.Label) is var category && category == tree.Label ? [] : tree.Label[(category.Length + 1)..].Split('-', '=');
            var node = new Constituent
            {
                Category = category,
                Functions = [.. labels.Where(l => !IsNumber(l))],
                Index = labels.LastOrDefault(IsNumber),
                Word = tree.IsPreterminal && category != "-NONE-" ? ++words : 0,
                Form = tree.Word?.ToLowerInvariant(),
            };
            foreach (var child in tree.Children)
                node.Add(Of(child, ref words));
            return node;
        }

        /// <summary>Moves what has left a trace to where it is.</summary>
        public void PutBack()
        {
            var all = All().ToList();
            foreach (var trace in all.Where(n => n.Category == "-NONE-" && n.Form!.Contains('-', StringComparison.Ordinal)))
            {
                var index = trace.Form![(trace.Form!.LastIndexOf('-') + 1)..];
                if (all.FirstOrDefault(n => n.Index == index && n.Parts.Count > 0) is not { above: { } from } moved || trace.above?.above is not { } to)
                    continue;
                var place = trace.above;                                  // (NP (-NONE- *T*-1)): its category and function stay
                from.Parts.Remove(moved);
                (moved.Category, moved.Functions) = (place.Category, place.Functions);
                to.Parts[to.Parts.IndexOf(place)] = moved;
                moved.above = to;
            }
        }

        /// <summary>Takes away what has no words.</summary>
        public void Prune()
        {
            foreach (var part in Parts)
                part.Prune();
            Parts = [.. Parts.Where(p => p.Word > 0 || p.Parts.Count > 0)];
        }

        private IEnumerable<Constituent> All() => Parts.SelectMany(p => p.All()).Prepend(this);

        private void Add(Constituent part)
        {
            part.above = this;
            Parts.Add(part);
        }

        private static bool IsNoun(Constituent node) => node.Category is "NN" or "NNS" or "NNP" or "NNPS" or "PRP" or "WP" or "DT" or "WDT" or "CD";

        private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
