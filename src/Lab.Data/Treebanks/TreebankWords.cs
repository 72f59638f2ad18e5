namespace Lab.Data.Treebanks;

/// <summary>A verb: its past, and its form after "did" or "could".</summary>
internal readonly record struct VerbForms(string Past, string Base);

/// <summary>The words of <c>data/treebank</c>. In training the last word of each list of nouns and names never comes.</summary>
internal static class TreebankWords
{
    public static string[] People { get; } = Split("man woman girl boy teacher doctor farmer student singer child sailor baker neighbour painter nurse");

    public static string[] Animals { get; } = Split("dog cat horse bird fox mouse goat");

    public static string[] Things { get; } = Split("book letter apple cake lamp table boat picture coat door window map song stone bread");

    public static string[] Places { get; } = Split("garden park house kitchen market forest street library station village");

    public static string[] Names { get; } = Split("Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas");

    /// <summary>What people and animals may have: "with" brings it to the noun.</summary>
    public static string[] Belongings { get; } = Split("beard scarf hat basket umbrella crown");

    /// <summary>What things may have.</summary>
    public static string[] Features { get; } = Split("handle lid label frame crack");

    /// <summary>What is said of people and animals.</summary>
    public static string[] Living { get; } = Split("old young small tall happy tired quiet clever");

    /// <summary>What is said of things.</summary>
    public static string[] Lifeless { get; } = Split("old small red blue green big heavy");

    public static string[] Adverbs { get; } = Split("quickly slowly often again quietly");

    public static VerbForms[] Intransitive { get; } = Verbs("slept/sleep laughed/laugh arrived/arrive sang/sing waited/wait left/leave danced/dance");

    public static VerbForms[] OnPeople { get; } = Verbs("followed/follow met/meet heard/hear helped/help liked/like knew/know");

    public static VerbForms[] OnThings { get; } = Verbs("bought/buy found/find sold/sell liked/like carried/carry lost/lose");

    public static VerbForms[] Giving { get; } = Verbs("gave/give showed/show sent/send brought/bring");

    public static VerbForms[] Saying { get; } = Verbs("said/say knew/know thought/think believed/believe");

    /// <summary>What is done with an instrument, to what, and with which: "with" brings it to the verb.</summary>
    public static (VerbForms Verb, bool ToPeople, string[] With)[] Instruments { get; } =
    [
        (new("saw", "see"), true, Split("telescope camera")),
        (new("watched", "watch"), true, Split("telescope camera")),
        (new("opened", "open"), false, Split("key knife")),
        (new("cut", "cut"), false, Split("knife saw")),
        (new("fixed", "fix"), false, Split("hammer rope")),
        (new("painted", "paint"), true, Split("brush")),
    ];

    /// <summary>The form in the dictionary.</summary>
    public static string Lemma(string word, string tag) => tag switch
    {
        "NNP" => word,
        "VBD" when word is "was" or "were" => "be",
        "VBD" when word == "did" => "do",
        "VBD" => pasts.GetValueOrDefault(word, word),
        "NNS" when word.EndsWith('s') => word[..^1],
        _ => word.ToLowerInvariant(),
    };

    private static readonly Dictionary<string, string> pasts = new(
        Intransitive.Concat(OnPeople).Concat(OnThings).Concat(Giving).Concat(Saying).Concat(Instruments.Select(i => i.Verb))
            .Concat(Verbs("wrote/write ate/eat read/read ran/run told/tell wanted/want bit/bite came/come took/take chased/chase fell/fall talked/talk lived/live asked/ask broke/break"))
            .DistinctBy(v => v.Past).Select(v => KeyValuePair.Create(v.Past, v.Base)));

    private static VerbForms[] Verbs(string text) => [.. Split(text).Select(v => new VerbForms(v.Split('/')[0], v.Split('/')[1]))];

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
