using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>What sequences of a case are legal.</summary>
public enum Legal
{
    /// <summary>All.</summary>
    All,

    /// <summary>Tokens 1 and 2 are brackets, and balance.</summary>
    Balanced,

    /// <summary>Token 1 comes at least once.</summary>
    HasOne,

    /// <summary>Nothing, 1, or 1 twice.</summary>
    UpToTwoOnes,
}

/// <summary>What is done to the scores of a case.</summary>
public enum Changed
{
    /// <summary>Nothing.</summary>
    Not,

    /// <summary>Temperature 0.7.</summary>
    Cooler,

    /// <summary>No bigram twice.</summary>
    NoBigramTwice,

    /// <summary>The two best.</summary>
    TopTwo,
}

/// <summary>A table-driven model so small that all its sequences can be listed, and how to decode it. Token 0 is EOS.</summary>
public sealed record SequenceCase : Case
{
    /// <summary>Examples, each with a table of its own.</summary>
    public required int B { get; init; }

    /// <summary>Tokens V.</summary>
    public required int V { get; init; }

    /// <summary>How many tokens back the model sees.</summary>
    public int Order { get; init; }

    /// <summary>The most tokens, EOS counted.</summary>
    public int MaxLength { get; init; } = 1;

    /// <summary>The beam's width.</summary>
    public int Width { get; init; } = 1;

    /// <summary>How many sequences to give.</summary>
    public int Best { get; init; } = 1;

    /// <summary>0: none, 1: mean, 2: GNMT 0.6, 3: length².</summary>
    public int Penalty { get; init; }

    /// <summary>What is legal.</summary>
    public Legal Legal { get; init; }

    /// <summary>What the rule does.</summary>
    public Changed Rule { get; init; }

    /// <summary>Groups of a diverse beam.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The strength of a diverse beam.</summary>
    public double Diversity { get; init; }

    /// <summary>The greatest length, rule and constraint.</summary>
    public DecodingOptions Decoding => new(Eos: 0, Pad: -1, MaxLength)
    {
        Rule = Rule switch
        {
            Changed.Cooler => (z, _) => LogitFilter.Temperature(z, 0.7),
            Changed.NoBigramTwice => (z, y) => LogitFilter.NoRepeatNGram(z, y, 2),
            Changed.TopTwo => (z, _) => LogitFilter.TopK(z, 2),
            _ => null,
        },
        Constraint = Legal switch
        {
            Legal.Balanced => TokenAutomaton.Balanced([(1, 2)], MaxLength, Enumerable.Range(3, Math.Max(0, V - 3)).Select(v => (long)v), V),
            Legal.HasOne => TokenAutomaton.Containing([1], V),
            Legal.UpToTwoOnes => TokenAutomaton.OneOf([[], [1], [1, 1]], V),
            _ => null,
        },
    };

    /// <summary>Width, number of best and length penalty.</summary>
    public BeamOptions Beam => new(Width)
    {
        Best = Best,
        Penalty = Penalty switch
        {
            1 => LengthPenalty.MeanLogProb,
            2 => LengthPenalty.Gnmt(0.6),
            3 => LengthPenalty.Power(2),
            _ => LengthPenalty.None,
        },
    };

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
        [new("table", Numbers().Reals(B, (long)Math.Pow(V, Order), V)) { BatchDim = 0, ExtremesOfValue = [1e4, -1e4] }];

    /// <summary>Starts the model with a table, and gives model, state and first tokens to a decoder.</summary>
    internal T Decoded<T>(Tensor table, Func<IDecoderModel, IDecoderState, Tensor, T> decode)
    {
        var model = new MarkovModel(table);
        using var start = model.Start(table.size(0));
        using var first = full([table.size(0)], First, dtype: ScalarType.Int64, device: table.device);
        return decode(model, start, first);
    }

    /// <summary>The case in plain C#, for one example.</summary>
    internal SequenceOracle InPlain(Tensor table) => new(Decoding, table, First);

    /// <summary>Whether a sequence without its EOS is legal: by looking at it, not by an automaton.</summary>
    internal bool IsLegal(IReadOnlyList<long> tokens) => Legal switch
    {
        Legal.Balanced => tokens.All(v => v != 0) && Enumerable.Range(0, tokens.Count + 1)
            .Select(n => tokens.Take(n).Sum(v => v == 1 ? 1 : v == 2 ? -1 : 0))
            .Select((open, n) => n == tokens.Count ? open == 0 : open >= 0).All(ok => ok),
        Legal.HasOne => tokens.Contains(1),
        Legal.UpToTwoOnes => tokens.Count <= 2 && tokens.All(v => v == 1),
        _ => true,
    };

    private long First => V - 1;

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (MaxLength > 2)
            yield return this with { MaxLength = MaxLength - 1 };
        if (Order > 0)
            yield return this with { Order = Order - 1 };
        if (V > 3)
            yield return this with { V = V - 1 };
        if (Rule != Changed.Not)
            yield return this with { Rule = Changed.Not };
        if (Legal != Legal.All)
            yield return this with { Legal = Legal.All };
        if (Penalty > 0)
            yield return this with { Penalty = Penalty - 1 };
        if (Best > 1)
            yield return this with { Best = Best - 1 };
        if (Width > 1 && Groups == 1)
            yield return this with { Width = Width - 1 };
    }

    /// <summary>One to three examples, two to four tokens, up to four long.</summary>
    public static Gen<SequenceCase> Any =>
        from b in Gen.Choose(1, 3)
        from v in Gen.Choose(2, 4)
        from order in Gen.Choose(0, 3)
        from length in Gen.Choose(1, 4)
        from legal in Gen.Elements(Legal.All, Legal.All, Legal.Balanced, Legal.HasOne, Legal.UpToTwoOnes)
        from rule in Gen.Elements(Changed.Not, Changed.Not, Changed.Cooler, Changed.NoBigramTwice, Changed.TopTwo)
        from scale in Gen.Elements(0.5, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SequenceCase
        {
            B = b,
            V = v,
            Order = order,
            MaxLength = length,
            Legal = (legal == Legal.Balanced && v < 3) || (legal == Legal.HasOne && length < 2) ? Legal.All : legal,
            Rule = rule,
            Scale = scale,
            Seed = seed,
        };

    /// <summary>The same with a beam.</summary>
    public static Gen<SequenceCase> AnyBeam =>
        from c in Any
        from width in Gen.Choose(1, 6)
        from best in Gen.Choose(1, 4)
        from penalty in Gen.Choose(0, 3)
        select c with { Width = width, Best = best, Penalty = penalty };
}
