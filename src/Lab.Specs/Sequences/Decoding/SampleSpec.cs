using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Sample = System.Func<
    Lab.Core.Sequences.IDecoderModel, Lab.Core.Sequences.IDecoderState, TorchSharp.torch.Tensor,
    Lab.Core.Sequences.Decoding.DecodingOptions, TorchSharp.torch.Generator, Lab.Core.Sequences.Decoding.DecodedRows>;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Ancestral sampling against a loop over plain doubles that is given the same random numbers.</summary>
public sealed class SampleSpec : RowStrategySpec<Sample>
{
    /// <inheritdoc/>
    public override Sample Op => Core.Sequences.Decoding.Decode.Sample;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;             // rows share the source of chance

    /// <inheritdoc/>
    public override Sample Oracle => (model, _, first, options, generator) =>
    {
        var steps = Enumerable.Range(0, options.MaxLength)
            .Select(_ => rand([first.size(0), 1], dtype: ScalarType.Float64, generator: generator)).ToArray();
        return InPlain(model, first, options, row =>
        {
            var step = 0;
            return scores =>
            {
                var p = scores.Select(s => Math.Exp(s - scores.Max())).ToArray();
                var (left, token) = (steps[step++][row, 0].ToDouble() * p.Sum(), 0);
                while (left >= p[token])
                    left -= p[token++];
                return token;
            };
        });
    };

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Sample>> BadInputs =>
    [
        .. BadStarts((op, model, start, first, options) =>
        {
            using var generator = new Generator(1, CPU);
            op(model, start, first, options, generator);
        }),
        new("null for generator", "generator", () => [zeros(2, dtype: ScalarType.Int64)], (op, x) =>
        {
            using var scope = NewDisposeScope();
            var model = new MarkovModel(ones(1, 3, 3));
            using var start = model.Start(2);
            op(model, start, x[0], new(0, -1, 4), null!);
        }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Sample, SequenceCase>> OwnLaws =>
    [
        .. RowLaws,
        Own("sequences come as often as the model says", ChiSquare.Sentence("Of 20,000 samples each sequence's share fits its probability"), (op, c) =>
        {
            var wide = c with { B = 1, Legal = Legal.All, Rule = Changed.Not, MaxLength = Math.Min(c.MaxLength, 3), V = 3 };
            using var generator = new Generator((ulong)c.Seed, CPU);
            var table = wide.Draw()[0].Value;
            var many = wide.Decoded(table.expand(20_000, -1, -1), (model, start, first) => op(model, start, first, wide.Decoding, generator));
            var code = many.Tokens.clamp(min: 0).matmul(tensor([.. Enumerable.Range(0, (int)many.Tokens.size(1)).Select(t => (long)Math.Pow(3, t))]));
            var all = wide.InPlain(table[0]).All(h => h.LogProb, int.MaxValue);
            return ChiSquare.Judge(
                [.. all.Select(h => code.eq(h.Tokens.Select((v, t) => v * (long)Math.Pow(3, t)).Sum()).sum().ToInt64())],
                [.. all.Select(h => Math.Exp(h.LogProb))]);
        }) with { Cases = 5 },
    ];

    /// <inheritdoc/>
    protected override DecodedRows Decode(Sample op, SequenceCase @case, IDecoderModel model, IDecoderState start, Tensor first)
    {
        using var generator = new Generator((ulong)@case.Seed, first.device);
        return op(model, start, first, @case.Decoding, generator);
    }
}
