using FsCheck;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Search = System.Func<
    Lab.Core.Sequences.IDecoderModel, Lab.Core.Sequences.IDecoderState, TorchSharp.torch.Tensor,
    Lab.Core.Sequences.Decoding.DecodingOptions, Lab.Core.Sequences.Decoding.BeamOptions, Lab.Core.Sequences.Decoding.Hypotheses>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Beam search against a list of hypotheses that is sorted in every step, one example at a time.</summary>
public sealed class BeamSpec : HypothesesSpec<Search>
{
    /// <inheritdoc/>
    public override Search Op => Core.Sequences.Decoding.Decode.Beam;

    /// <inheritdoc/>
    public override Search Oracle => (model, _, first, options, beam) => InPlain(model, first, options, beam, groups: 1, diversity: 0);

    /// <inheritdoc/>
    public override Gen<SequenceCase> Cases => SequenceCase.AnyBeam;

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Search>> BadInputs =>
    [
        .. StrategyBadInputs.Of<Search>((op, model, start, first, options) => op(model, start, first, options, new(2))),
        Bad("null for beam", null!),
        Bad("a width of 0", new(0)),
        Bad("none wanted", new(2) { Best = 0 }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Search, SequenceCase>> OwnLaws =>
    [
        .. HypothesesLaws,
        Own("a beam as wide as all there is finds the best there are", "With V^T hypotheses kept, the n best are those of the list of all sequences.", (op, c) =>
        {
            var (wide, table) = (Exhaustive(c), c.Draw()[0].Value);
            var all = Enumerable.Range(0, c.B).Select(b => wide.InPlain(table[b]).All(Score(c.Beam), c.Best));
            var expected = Tensors(table, c.MaxLength, c.Beam, all.Select(h => h.Cast<Listed?>().Concat(Enumerable.Repeat<Listed?>(null, c.Best - h.Count)).ToArray()));
            return Laws.Outputs.Same(Call(op, wide, [table]), Parts(expected), Tolerance);
        }),
        Own("no width beats the widest", "The best score at any width is at most that of the exhaustive search.", (op, c) =>
        {
            var table = c.Draw()[0].Value;
            var (narrow, wide) = (Call(op, c, [table]), Call(op, Exhaustive(c), [table]));
            var finished = narrow[3].select(1, 0);                    // a finished one comes first, whatever it is worth
            return Verdict.Require(
                (narrow[2].select(1, 0) <= wide[2].select(1, 0) + 1e-12).logical_or(finished.logical_not()).all().ToBoolean(),
                "A narrower beam found something better.");
        }),
        Own("stopping early changes nothing", "The best n are the same as with a search that goes on to the greatest length.", (op, c) =>
        {
            var table = c.Draw()[0].Value;
            var late = c.Decoded(table, (model, start, first) => op(model, start, first, c.Decoding, c.Beam with { StopEarly = false }));
            return Laws.Outputs.Same(Call(op, c, [table]), Parts(late), new Tolerance(0, 0));
        }),
        Own("at least as probable as greedy", "Without length penalty and rule the best is no less probable than the greedy sequence, where that ends.", (op, c) =>
        {
            if (c.Rule != Changed.Not)
                return Verdict.DoesNotApply;
            var table = c.Draw()[0].Value;
            var greedy = c.Decoded(table, (model, start, first) => Core.Sequences.Decoding.Decode.Greedy(model, start, first, c.Decoding));
            var best = Call(op, c with { Penalty = 0 }, [table])[1].select(1, 0);
            return Verdict.Require(
                (best >= greedy.LogProbs - 1e-12).logical_or(greedy.Finished.logical_not()).all().ToBoolean(), "Greedy decoding found something better.");
        }),
        Own("the best come first, and differ", "Finished ones come before unfinished ones, better before worse, and none twice.", (op, c) =>
        {
            var found = c.Decoded(c.Draw()[0].Value, (model, start, first) => op(model, start, first, c.Decoding, c.Beam));
            var rank = where(found.Finished, 2L, where(found.Lengths > 0, 1L, 0L));
            var falls = rank.diff(dim: 1) < 0;
            var codes = Enumerable.Range(0, c.B).Select(b => Enumerable.Range(0, c.Best).Where(i => found.Lengths[b, i].ToInt64() > 0)
                .Select(i => string.Join(' ', found.Tokens[b, i].data<long>())).ToArray());
            return Verdict.Require((rank.diff(dim: 1) <= 0).all().ToBoolean(), "An unfinished sequence comes before a finished one.")
                .Then(() => Verdict.Require(
                    (found.Scores.narrow(1, 1, c.Best - 1) <= found.Scores.narrow(1, 0, c.Best - 1)).logical_or(falls).all().ToBoolean(), "A worse sequence comes before a better one."))
                .Then(() => Verdict.Require(codes.All(x => x.Distinct().Count() == x.Length), "A sequence comes twice."));
        }),
        Own("BOS does not count", "By the mean, EOS at once with log p = -1 is worth -1, and another token and EOS with -1.9 is worth -0.95, which wins.", (op, _) =>
        {
            var (atOnce, later) = (Math.Exp(-1), Math.Exp(-1.9) / (1 - Math.Exp(-1)));
            var table = tensor([1, 1, 1, later, 1 - later, 1e-9, atOnce, 1 - atOnce, 1e-9]).reshape(1, 3, 3).log();
            var c = new SequenceCase { B = 1, V = 3, Order = 1, MaxLength = 2, Width = 3, Penalty = 1 };
            return Comparison.Same("score", Call(op, c, [table])[2], tensor([-0.95]).unsqueeze(0), new Tolerance(1e-6, 1e-6))
                .On([new("table", table)]);
        }) with { Cases = 1 },
        Own("a finished hypothesis is not lost to an unfinished one", "Of p(EOS) = 0.4 and p(a) = 0.6, with a going on for ever, EOS wins.", (op, _) =>
        {
            var table = tensor([1, 1, 1, 1e-9, 1, 1e-9, 0.4, 0.6, 1e-9]).reshape(1, 3, 3).log();
            var c = new SequenceCase { B = 1, V = 3, Order = 1, MaxLength = 3, Width = 2 };
            return Comparison.Same("score", Call(op, c, [table])[2], tensor([Math.Log(0.4)]).unsqueeze(0), new Tolerance(1e-6, 1e-6))
                .On([new("table", table)]);
        }) with { Cases = 1 },
    ];

    /// <inheritdoc/>
    protected override Hypotheses Decode(Search op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first) =>
        op(model, start, first, @case.Decoding, @case.Beam);

    private static SequenceCase Exhaustive(SequenceCase c) => c with { Width = (int)Math.Pow(c.V, c.MaxLength) };

    private static BadInput<Search> Bad(string description, BeamOptions beam) => new(
        description, "beam", () => [zeros(2, dtype: ScalarType.Int64)],
        (op, x) => StrategyBadInputs.With((model, start) => op(model, start, x[0], new(0, -1, 4), beam)));
}
