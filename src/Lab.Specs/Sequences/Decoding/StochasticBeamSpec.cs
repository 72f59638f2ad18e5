using FsCheck;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Search = System.Func<
    Lab.Core.Sequences.IDecoderModel, Lab.Core.Sequences.IDecoderState, TorchSharp.torch.Tensor,
    Lab.Core.Sequences.Decoding.DecodingOptions, long, TorchSharp.torch.Generator, Lab.Core.Sequences.Decoding.Hypotheses>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Stochastic beam search against lists of prefixes with the same random numbers.</summary>
public sealed class StochasticBeamSpec : HypothesesSpec<Search>
{
    private const int Many = 20_000;

    /// <inheritdoc/>
    public override Search Op => Core.Sequences.Decoding.Decode.StochasticBeam;

    /// <inheritdoc/>
    public override Gen<SequenceCase> Cases => SequenceCase.AnyBeam;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;             // examples share the source of chance

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-7, 1e-7);       // the oracle subtracts numbers that are nearly equal

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(64 * magnitude);

    /// <inheritdoc/>
    public override Search Oracle => (model, _, first, options, count, generator) =>
    {
        var table = ((MarkovModel)model).Table;
        var (examples, v) = ((int)table.size(0), (int)table.size(2));
        var (noise, width) = (new List<(Tensor Gumbel, int Width)>(), 1);
        for (var t = 0; t < options.MaxLength; t++, width = (int)Math.Min(count, width * v))
            noise.Add((-(-rand([examples * width, v], dtype: ScalarType.Float64, generator: generator).log()).log(), width));
        var rows = Enumerable.Range(0, examples).Select(b =>
            new SequenceOracle(options, table[b], first[b].ToInt64()).Perturbed((int)count, noise, b)).ToArray();
        Tensor Of(Func<(Listed Sequence, double Key), double> number, double none) => tensor(rows.SelectMany(r =>
            Enumerable.Range(0, (int)count).Select(i => i < r.Count ? number(r[i]) : none)).ToArray(), dtype: ScalarType.Float64).reshape(examples, count);
        return new(
            empty(0), Of(h => h.Sequence.Tokens.Length, 0).to(ScalarType.Int64), Of(h => h.Sequence.LogProb, double.NegativeInfinity).to(table.dtype),
            Of(h => h.Key, double.NegativeInfinity).to(table.dtype), Of(h => h.Sequence.Finished ? 1 : 0, 0).to(ScalarType.Bool));
    };

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Search>> BadInputs =>
    [
        .. StrategyBadInputs.Of<Search>((op, model, start, first, options) => Seeded(1, CPU, g => op(model, start, first, options, 2, g))),
        new("a count of 0", "count", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => StrategyBadInputs.With((model, start) =>
            Seeded(1, CPU, g => op(model, start, x[0], new(0, -1, 4), 0, g)))),
        new("null for generator", "generator", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) => StrategyBadInputs.With((model, start) =>
            op(model, start, x[0], new(0, -1, 4), 2, null!))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Search, SequenceCase>> OwnLaws =>
    [
        Own("pairs come as from an urn", ChiSquare.Sentence("Of 20,000 draws of two sequences the share of (a, b) fits p(a) p(b) / (1 - p(a))"), (op, c) =>
        {
            var pair = c with { B = 1, V = 3, MaxLength = 2, Width = 2, Legal = Legal.All, Rule = Changed.Not };
            var table = pair.Draw()[0].Value;
            var found = pair.Decoded(table.expand(Many, -1, -1), (model, start, first) => Decode(op, pair, model, start, first));
            var place = tensor([1L, 4]);
            var code = ((found.Tokens + 1) * place).sum(2);                                    // [Many, 2], 0 to 15
            var both = code.select(1, 0) * 16 + code.select(1, 1);
            var all = pair.InPlain(table[0]).All(h => h.LogProb, int.MaxValue)
                .Select(h => (Code: h.Tokens.Select((t, i) => (t + 1) * (i == 0 ? 1 : 4)).Sum(), P: Math.Exp(h.LogProb))).ToArray();
            var pairs = (from a in all from b in all where a.Code != b.Code select (Code: a.Code * 16 + b.Code, P: a.P * b.P / (1 - a.P))).ToArray();
            return ChiSquare.Judge([.. pairs.Select(p => both.eq(p.Code).sum().ToInt64())], [.. pairs.Select(p => p.P)]);
        }) with { Cases = 5 },
        Own("as many as there are come, each once", "When more are asked for than there are, the probabilities of those that come sum to 1.", (op, c) =>
        {
            var all = c with { Legal = Legal.All, Rule = Changed.Not, Width = (int)Math.Pow(c.V, c.MaxLength) + 3 };
            var found = all.Decoded(all.Draw()[0].Value, (model, start, first) => Decode(op, all, model, start, first));
            return Comparison.Same("sum of probabilities", found.LogProbs.exp().sum(1), ones(c.B), Tolerance);
        }),
        Own("the log-probability is the model's", "It is what the model says of the tokens, without rule and constraint.", (op, c) => EachOne(op, c, (h, _, table) =>
        {
            var oracle = c.InPlain(table);
            var sum = Enumerable.Range(0, h.Tokens.Length).Sum(t => oracle.LogProbs(h.Tokens[..t])[h.Tokens[t]]);
            return Comparison.Same("log-probability", tensor(h.LogProb), tensor(sum), Tolerance);
        })),
        Own("a constraint is never violated", "Every sequence is legal, as one sees by looking at it, and ends in time.", (op, c) => c.Legal == Legal.All
            ? Verdict.DoesNotApply
            : EachOne(op, c, (h, _, _) => Verdict.Require(h.Finished && c.IsLegal(h.Tokens[..^1]), $"[{string.Join(", ", h.Tokens)}] is not legal."))),
    ];

    /// <inheritdoc/>
    protected override Hypotheses Decode(Search op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first) =>
        Seeded(@case.Seed, first.device, g => op(model, start, first, @case.Decoding, @case.Width, g));

    /// <inheritdoc/>
    protected override int Count(SequenceCase @case) => @case.Width;

    private static Hypotheses Seeded(int seed, Device device, Func<Generator, Hypotheses> call)
    {
        using var generator = new Generator((ulong)seed, device);
        return call(generator);
    }
}
