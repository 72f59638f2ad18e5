using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using Search = System.Func<
    Lab.Core.Sequences.IDecoderModel, Lab.Core.Sequences.IDecoderState, TorchSharp.torch.Tensor,
    Lab.Core.Sequences.Decoding.DecodingOptions, Lab.Core.Sequences.Decoding.BeamOptions, int, double,
    Lab.Core.Sequences.Decoding.Hypotheses>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Diverse beam search against lists of hypotheses, group after group.</summary>
public sealed class DiverseBeamSpec : HypothesesSpec<Search>
{
    /// <inheritdoc/>
    public override Search Op => Core.Sequences.Decoding.Decode.DiverseBeam;

    /// <inheritdoc/>
    public override Search Oracle => (model, _, first, options, beam, groups, diversity) => InPlain(model, first, options, beam, groups, diversity);

    /// <inheritdoc/>
    public override Gen<SequenceCase> Cases =>
        from c in SequenceCase.AnyBeam
        from groups in Gen.Choose(1, 3)
        from diversity in Gen.Elements(0, 0.1, 0.7, 5)
        select c with { Groups = groups, Width = groups * ((c.Width + 1) / 2), Diversity = diversity };

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Search>> BadInputs =>
    [
        .. StrategyBadInputs.Of<Search>((op, model, start, first, options) => op(model, start, first, options, new(2), 2, 0.5)),
        Bad("null for beam", "beam", null!, 1, 0.5),
        Bad("a width of 0", "beam", new(0), 1, 0.5),
        Bad("none wanted", "beam", new(2) { Best = 0 }, 1, 0.5),
        Bad("no groups", "groups", new(2), 0, 0.5),
        Bad("three groups of a width of 4", "groups", new(4), 3, 0.5),
        Bad("a negative diversity", "diversity", new(4), 2, -1),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Search, SequenceCase>> OwnLaws =>
    [
        .. HypothesesLaws,
        Own("the first group is a beam of its own", "What the first group finds is what beam search of its width finds.", (op, c) =>
        {
            var table = c.Draw()[0].Value;
            var alone = c.Decoded(table, (model, start, first) =>
                Core.Sequences.Decoding.Decode.Beam(model, start, first, c.Decoding, c.Beam with { Width = c.Width / c.Groups }));
            return Comparison.Same("score", Call(op, c, [table])[2].narrow(1, 0, c.Best), alone.Scores, Tolerance);
        }),
        Own("without diversity all groups find the same", "With λ = 0 every group gives the same sequences.", (op, c) =>
        {
            var scores = Call(op, c with { Diversity = 0 }, [c.Draw()[0].Value])[2].reshape(c.B, c.Groups, c.Best);
            return Comparison.Same("score", scores, scores.narrow(1, 0, 1).expand_as(scores), Tolerance);
        }),
        Own("with much of it groups part at once", "Groups of one hypothesis each, as long as tokens last, start with different tokens.", (op, c) =>
        {
            var apart = c with { B = 1, V = 4, MaxLength = 3, Groups = 3, Width = 3, Best = 1, Diversity = 1e3, Legal = Legal.All, Rule = Changed.Not };
            var firsts = new List<long[]>();
            apart.Decoded(apart.Draw()[0].Value, (model, start, first) => op(
                model, start, first, apart.Decoding, apart.Beam with { Watch = f => firsts.AddRange(f.Time == 0 ? [f.Tokens[0].data<long>().ToArray()] : []) }, 3, 1e3));
            return Comparison.Same("sorted first tokens", tensor(firsts.SelectMany(f => f).Order().ToArray()), tensor([1L, 2, 3]), Tolerance);
        }) with { Cases = 20 },
    ];

    /// <inheritdoc/>
    protected override Hypotheses Decode(Search op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first) =>
        op(model, start, first, @case.Decoding, @case.Beam, @case.Groups, @case.Diversity);

    /// <inheritdoc/>
    protected override int Count(SequenceCase @case) => @case.Groups * @case.Best;

    private static BadInput<Search> Bad(string description, string parameter, BeamOptions beam, int groups, double diversity) => new(
        description, parameter, () => [zeros(2, dtype: ScalarType.Int64)],
        (op, x) => StrategyBadInputs.With((model, start) => op(model, start, x[0], new(0, -1, 4), beam, groups, diversity)));
}
