using Lab.Core.Trees;

namespace Lab.Data.Treebanks;

/// <summary>The grammar by hand that the sentences of <c>data/treebank</c> are drawn from.</summary>
/// <remarks>
/// Where a prepositional phrase belongs follows from the words nine times in ten: "with a telescope" to "saw", "with a beard" to the
/// man, "on", "under" and "of" to the noun before, "in", "near" and "behind" to the verb. What is asked for or told later leaves a trace in its place.
/// </remarks>
/// <param name="random">Where the choices come from.</param>
/// <param name="training">Leaves out the last word of each list of nouns and names.</param>
internal sealed class TreebankGrammar(SplitMix64 random, bool training)
{
    private SplitMix64 random = random;
    private int traces;

    /// <summary>A sentence.</summary>
    public ParseTree Sentence()
    {
        traces = 0;
        var tree = Roll(100) switch
        {
            < 52 => Declarative(),
            < 60 => Extraposed(),
            < 67 => Joined(),
            < 74 => Adverbial(),
            < 81 => YesNo(),
            < 88 => WhoDid(),
            < 95 => WhatDid(),
            _ => WhatSaid(),
        };
        return Capital(Spelled(tree));
    }

    private ParseTree Declarative() => new("S", [.. Clause(2), Stop(".")]);

    private ParseTree Joined() => new("S", new("S", Clause(1)), Cc(), new("S", Clause(1)), Stop("."));

    private ParseTree Adverbial() => new(
        "S", new("SBAR-ADV", new ParseTree("IN", Pick(["when", "because", "after", "while"])), new("S", Clause(0))), new(",", ","),
        Subject(0), Vp(1), Stop("."));

    private ParseTree YesNo() => new("SQ", new("VBD", "did"), Subject(1), Vp(1, past: false), Stop("?"));

    private ParseTree WhoDid()
    {
        var trace = ++traces;
        return new("SBARQ", Wh(trace, "who"), new("SQ", Gap("NP-SBJ", trace), Vp(1)), Stop("?"));
    }

    private ParseTree WhatDid()
    {
        var trace = ++traces;
        return new("SBARQ", WhichThing(trace), new("SQ", new("VBD", "did"), Subject(0), Taking(trace, past: false)), Stop("?"));
    }

    /// <summary>"What did Anna say that Ben bought?": the question word and its verb reach over "say".</summary>
    private ParseTree WhatSaid()
    {
        var trace = ++traces;
        var clause = new ParseTree("SBAR", new("IN", "that"), new("S", Subject(0), Taking(trace, past: true)));
        return new(
            "SBARQ", WhichThing(trace),
            new("SQ", new("VBD", "did"), Subject(0), new("VP", new("VB", Pick(TreebankWords.Saying).Base), clause)), Stop("?"));
    }

    /// <summary>"A woman arrived who liked the song.": the relative clause stands apart from its noun.</summary>
    private ParseTree Extraposed()
    {
        var trace = ++traces;
        var noun = new ParseTree("NP", new("DT", "a"), Noun(TreebankWords.People));
        return new(
            "S", new("NP-SBJ", noun, new("SBAR", new ParseTree("-NONE-", $"*ICH*-{trace}"))),
            new("VP", new ParseTree("VBD", Pick(TreebankWords.Intransitive).Past)), Relative(trace), Stop("."));
    }

    private ParseTree[] Clause(int depth) => [Subject(depth), Vp(depth)];

    private ParseTree Subject(int depth)
    {
        if (Roll(100) < 22)
            return new("NP-SBJ", new ParseTree("PRP", Pick(["he", "she", "they", "we", "I"])));
        return new("NP-SBJ", Np(depth - 1, animate: true).Children);
    }

    private ParseTree Np(int depth, bool animate)
    {
        if (depth < 0)
            return Plain(animate);
        return Roll(100) switch
        {
            < 68 => Plain(animate),
            < 76 => new("NP", Plain(animate), Cc(), Plain(animate)),
            < 86 => new("NP", Plain(animate), Relative(0)),
            < 93 => new("NP", Plain(animate), Pp("with", new("NP", new("DT", "a"), new("NN", Pick(animate ? TreebankWords.Belongings : TreebankWords.Features))))),
            _ when animate => new("NP", Plain(animate), Pp("from", Place())),
            _ => new("NP", Plain(animate), Pp(Pick(["on", "under", "of"]), Plain(animate: false))),
        };
    }

    private ParseTree Plain(bool animate)
    {
        if (animate && Roll(100) < 28)
            return new("NP", Noun(TreebankWords.Names));
        var noun = Noun(!animate ? TreebankWords.Things : Roll(100) < 75 ? TreebankWords.People : TreebankWords.Animals);
        var determiner = new ParseTree("DT", Pick(["the", "the", "a", "every"]));
        return Roll(100) < 26 ? new("NP", determiner, new("JJ", Pick(animate ? TreebankWords.Living : TreebankWords.Lifeless)), noun) : new("NP", determiner, noun);
    }

    private ParseTree Place() => new("NP", new("DT", "the"), Noun(TreebankWords.Places));

    /// <summary>"who ...", with an index where the clause stands apart; or "that Anna ...".</summary>
    private ParseTree Relative(int index)
    {
        var trace = ++traces;
        var label = index > 0 ? $"SBAR-{index}" : "SBAR";
        return Roll(100) < 62
            ? new(label, Wh(trace, "who"), new("S", Gap("NP-SBJ", trace), Vp(0)))
            : new(label, new($"WHNP-{trace}", new ParseTree("WDT", "that")), new("S", Subject(0), Taking(trace, past: true)));
    }

    private ParseTree Vp(int depth, bool past = true)
    {
        var (roll, last) = (Roll(100), depth <= 0);
        var verb = roll switch
        {
            < 16 => new ParseTree("VP", Verb(Pick(TreebankWords.Intransitive), past)),
            < 28 => new("VP", Verb(Pick(TreebankWords.Intransitive), past), Pp(Pick(["in", "near", "behind"]), Place())),
            < 40 => new("VP", Verb(Pick(TreebankWords.OnPeople), past), Np(depth - 1, animate: true)),
            < 50 => new("VP", Verb(Pick(TreebankWords.OnThings), past), Np(depth - 1, animate: false)),
            < 70 => Attachment(past),
            < 78 => new("VP", Verb(Pick(TreebankWords.Giving), past), Plain(animate: true), Plain(animate: false)),
            < 86 when !last => new("VP", Verb(Pick(TreebankWords.Saying), past), new("SBAR", new("IN", "that"), new("S", Clause(depth - 1)))),
            < 91 when !last => new("VP", new("VP", Verb(Pick(TreebankWords.Intransitive), past)), Cc(), Vp(0, past)),
            < 95 when past => new("VP", new("MD", "could"), Vp(0, past: false)),
            _ when past => new("VP", new("VBD", "was"), Roll(2) == 0
                ? new("ADJP-PRD", new ParseTree("JJ", Pick(TreebankWords.Living)))
                : new("NP-PRD", new("DT", "a"), Noun(TreebankWords.People))),
            _ => new("VP", Verb(Pick(TreebankWords.OnThings), past), Plain(animate: false)),
        };
        return verb.Children[0].IsPreterminal && verb.Children[0].Label is "VBD" or "VB" && Roll(100) < 10
            ? new("VP", [.. verb.Children, new("ADVP", new ParseTree("RB", Pick(TreebankWords.Adverbs)))])
            : verb;
    }

    /// <summary>A verb, an object and a prepositional phrase that might belong to either.</summary>
    private ParseTree Attachment(bool past)
    {
        var (surprise, roll) = (Roll(100) < 8, Roll(100));
        if (roll < 62)
        {
            var (forms, toPeople, instruments) = Pick(TreebankWords.Instruments);
            var instrument = Roll(100) < 55;
            var with = Pp("with", new("NP", new("DT", "a"), new("NN", Pick(
                instrument ? instruments : toPeople ? TreebankWords.Belongings : TreebankWords.Features))));
            return Attached(Verb(forms, past), Plain(toPeople), with, toVerb: instrument != surprise);
        }
        var outer = Roll(100) < 50;
        var phrase = outer
            ? Pp(Pick(["in", "near", "behind"]), Place())
            : Pp(Pick(["on", "under", "of"]), Plain(animate: false));
        return Attached(Verb(Pick(TreebankWords.OnThings), past), Plain(animate: false), phrase, toVerb: outer != surprise);
    }

    private static ParseTree Attached(ParseTree verb, ParseTree noun, ParseTree phrase, bool toVerb) =>
        toVerb ? new("VP", verb, noun, phrase) : new("VP", verb, new("NP", noun, phrase));

    /// <summary>A verb whose object is elsewhere.</summary>
    private ParseTree Taking(int trace, bool past) =>
        new("VP", Verb(Pick(TreebankWords.OnThings), past), Gap("NP", trace));

    private ParseTree WhichThing(int trace) => Roll(2) == 0
        ? new($"WHNP-{trace}", new ParseTree("WP", "what"))
        : new($"WHNP-{trace}", new("WDT", "which"), Noun(TreebankWords.Things));

    private static ParseTree Wh(int trace, string word) => new($"WHNP-{trace}", new ParseTree("WP", word));

    private static ParseTree Gap(string label, int trace) => new(label, new ParseTree("-NONE-", $"*T*-{trace}"));

    private static ParseTree Verb(VerbForms verb, bool past) => past ? new("VBD", verb.Past) : new("VB", verb.Base);

    private ParseTree Noun(string[] list) => new(
        list == TreebankWords.Names ? "NNP" : "NN", list[random.Below(training ? list.Length - 1 : list.Length)]);

    private static ParseTree Pp(string preposition, ParseTree noun) => new("PP", new("IN", preposition), noun);

    private ParseTree Cc() => new("CC", Roll(100) < 75 ? "and" : "or");

    private static ParseTree Stop(string mark) => new(".", mark);

    private int Roll(int sides) => random.Below(sides);

    private T Pick<T>(T[] choices) => choices[random.Below(choices.Length)];

    /// <summary>"an" before a vowel.</summary>
    private static ParseTree Spelled(ParseTree tree)
    {
        var (leaves, next) = (tree.Leaves.ToArray(), 0);
        return Again(tree);

        ParseTree Again(ParseTree node)
        {
            if (!node.IsPreterminal)
                return new(node.Label, [.. node.Children.Select(Again)]);
            next++;
            return node is { Label: "DT", Word: "a" } && "aeiou".Contains(leaves[next].Word![0], StringComparison.Ordinal) ? new("DT", "an") : node;
        }
    }

    /// <summary>The first word with a capital.</summary>
    private static ParseTree Capital(ParseTree tree)
    {
        if (tree.IsPreterminal)
            return new(tree.Label, char.ToUpperInvariant(tree.Word![0]) + tree.Word[1..]);
        return new(tree.Label, [Capital(tree.Children[0]), .. tree.Children.Skip(1)]);
    }
}
