using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Specs.Models;

/// <summary>Sources and targets, and the sizes of an encoder and a decoder.</summary>
public sealed record Seq2SeqCase : ModuleCase
{
    /// <summary>Pairs.</summary>
    public int B { get; init; } = 3;

    /// <summary>Source length.</summary>
    public int S { get; init; } = 4;

    /// <summary>Target length, BOS counted.</summary>
    public int T { get; init; } = 3;

    /// <summary>Tokens of either language.</summary>
    public int V { get; init; } = 5;

    /// <summary>Whether encoder and decoder are Transformers, else LSTMs.</summary>
    public bool Transformer { get; init; }

    /// <summary>The encoder's sizes.</summary>
    internal EncoderCase Reader => Transformer
        ? new TransformerEncoderSpec().Usual with { V = V, E = 4, H = 3, Layers = 1, Heads = 2 }
        : new Seq2SeqEncoderSpec().Usual with { V = V, E = 3, H = 2, Layers = 1 };

    /// <summary>The decoder's sizes.</summary>
    internal DecoderCase Writer => Transformer
        ? new TransformerDecoderSpec().Usual with { V = V, M = 4, E = 4, H = 3, Layers = 1, Heads = 2 }
        : new Seq2SeqDecoderSpec().Usual with { V = V, M = 4, E = 3, H = 2, Layers = 1, InputFeeding = true };

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        .. Reader.Parameters.Select(p => new StateEntry($"encoder.{p.Name}", p.Shape)),
        .. Writer.Parameters.Select(p => new StateEntry($"decoder.{p.Name}", p.Shape)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    protected override string ExtremeParameter => "encoder.embedding.weight";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("sources", EncoderCase.Tokens(Numbers(), B, S, V, 0)) { BatchDim = 0 },
        new("tokens", EncoderCase.Tokens(Numbers(1), B, T, V, 0)) { BatchDim = 0 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (V > 2)
            yield return this with { V = V - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>A whole model against the equations of its encoder and its decoder.</summary>
public sealed class Seq2SeqSpec : ModuleSpec<Seq2Seq, Seq2SeqCase>
{
    /// <inheritdoc/>
    protected internal override Seq2SeqCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Gen<Seq2SeqCase> Cases =>
        from b in Gen.Choose(1, 3)
        from s in Gen.Choose(1, 4)
        from t in Gen.Choose(1, 4)
        from v in Gen.Choose(2, 6)
        from transformer in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Seq2SeqCase { B = b, S = s, T = t, V = v, Transformer = transformer, Seed = seed };

    /// <summary>Tokens have no gradient; that of the parameters is for a law of modules.</summary>
    public override bool IsDifferentiable => false;

    /// <summary>No tensor of real numbers goes in, and so none of another precision.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    protected internal override Seq2Seq Make(Seq2SeqCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Transformer
            ? new(new TransformerEncoderSpec().Make(@case.Reader), new TransformerDecoderSpec().Make(@case.Writer))
            : new(new Seq2SeqEncoderSpec().Make(@case.Reader), new Seq2SeqDecoderSpec().Make(@case.Writer));
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(Seq2Seq module, Seq2SeqCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var output = module.call(inputs[0], inputs[1]);
        return [output.Logits, output.Attention];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(Seq2SeqCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var memory = @case.Transformer
            ? new TransformerEncoderSpec().Reference(@case.Reader, [inputs[0]], Of("encoder."))
            : new Seq2SeqEncoderSpec().Reference(@case.Reader, [inputs[0]], Of("encoder."));
        return @case.Transformer
            ? new TransformerDecoderSpec().Reference(@case.Writer, [memory[0], memory[1], inputs[1]], Of("decoder."))
            : new Seq2SeqDecoderSpec().Reference(@case.Writer, [memory[0], memory[1], inputs[1]], Of("decoder."));

        Dictionary<string, Tensor> Of(string part) => p.Where(e => e.Key.StartsWith(part, StringComparison.Ordinal))
            .ToDictionary(e => e.Key[part.Length..], e => e.Value);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<Seq2SeqCase>>> BadInputs =>
    [
        Given("an empty source", "tokens", () => [zeros(2, 3, dtype: ScalarType.Int64), ones(2, 3, dtype: ScalarType.Int64)], (m, x) => m.call(x[0], x[1])),
        Given("a source token that is not in the vocabulary", "tokens", () => [full([2, 3], 9L), ones(2, 3, dtype: ScalarType.Int64)], (m, x) => m.call(x[0], x[1])),
        Given("a target of another batch", "tokens", () => [ones(2, 3, dtype: ScalarType.Int64), ones(3, 3, dtype: ScalarType.Int64)], (m, x) => m.call(x[0], x[1])),
        Given("a target of BOS alone", "targets", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2, 1, dtype: ScalarType.Int64)], (m, x) => m.Losses(x[0], x[1])),
        Given("no targets", "targets", () => [ones(2, 3, dtype: ScalarType.Int64)], (m, x) => m.Losses(x[0], null!)),
        Given("smoothing 1", "smoothing", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2, 3, dtype: ScalarType.Int64)], (m, x) => m.Losses(x[0], x[1], smoothing: 1)),
        Made("no encoder", "encoder", () => new Seq2Seq(null!, null!).Dispose()),
        Made("widths that differ", "decoder", () =>
        {
            using var encoder = new TransformerEncoder(5, 4, 2);
            using var decoder = new TransformerDecoder(new() { VocabularySize = 5, MemoryWidth = 6, Width = 4, Heads = 2 });
            new Seq2Seq(encoder, decoder).Dispose();
        }),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<Seq2SeqCase>, Seq2SeqCase>> ModelLaws =>
    [
        Own("losses are those of the logits, one place on", "Losses of BOS y1 y2 are the cross-entropies of y1 and y2 under the logits of BOS and y1, and 0 at padding.", (_, c) =>
        {
            var (model, x) = Drawn(c with { T = c.T + 1 });
            using var kept = model;
            var (read, said) = (x[1].narrow(1, 0, c.T), x[1].narrow(1, 1, c.T));
            var expected = -model.call(x[0], read).Logits.log_softmax(-1).gather(-1, said.unsqueeze(-1)).squeeze(-1) * (said != 0);
            return Comparison.Same("losses", model.Losses(x[0], x[1]), expected, Tolerance);
        }),
        Own("padding changes no loss", "Padding appended to sources and targets leaves every loss and every gradient as it was.", (_, c) =>
        {
            var (model, x) = Drawn(c with { T = c.T + 1 });
            using var kept = model;
            var padding = zeros(c.B, 3, dtype: ScalarType.Int64);
            var longer = model.Losses(cat([x[0], padding], 1), cat([x[1], padding], 1));
            var plain = model.Losses(x[0], x[1]);
            plain.sum().backward();
            var first = model.parameters().Select(p => p.grad!.clone()).ToArray();
            model.zero_grad();
            longer.sum().backward();
            return Comparison.Same("losses", longer.narrow(1, 0, c.T), plain, Tolerance)
                .Then(() => Comparison.Same("losses of padding", longer.narrow(1, c.T, 3), zeros(c.B, 3, dtype: ScalarType.Float64), new Tolerance(0, 0)))
                .Then(() => model.parameters().Zip(first).Aggregate(Verdict.Holds, (verdict, pair) =>
                    verdict.Then(() => Comparison.Same("gradient", pair.First.grad!, pair.Second, Tolerance))));
        }),
        Own("step by step it is the same model", "Start and one Step for each token give the logits of one call.", (_, c) =>
        {
            var (model, x) = Drawn(c);
            using var kept = model;
            var logits = new List<Tensor>();
            var state = model.Start(x[0]);
            foreach (var column in x[1].unbind(1))
            {
                using var before = state;
                (var scores, state) = model.Step(column, before);
                logits.Add(scores);
            }
            state.Dispose();
            return Comparison.Same("logits", stack(logits, 1), model.call(x[0], x[1]).Logits, Tolerance);
        }),
        Own("all sequences together have probability one", "With two tokens, EOS and another, the probabilities of all targets up to a length, and of being longer, sum to 1.", (_, c) =>
        {
            const int Longest = 4;
            var (model, x) = Drawn(c with { B = 1, V = 4 });
            using var kept = model;
            var total = zeros(1, dtype: ScalarType.Float64);
            foreach (var length in Enumerable.Range(0, Longest + 1))          // BOS = 1, so many others = 3, EOS = 2
            {
                var target = cat([ones(1, 1, dtype: ScalarType.Int64), full([1, length], 3L, dtype: ScalarType.Int64)], 1);
                var read = model.call(x[0], target).Logits.narrow(-1, 2, 2).log_softmax(-1);
                var others = read.select(-1, 1).narrow(1, 0, length).sum();
                total = total + (length == Longest ? others : others + read[0, length, 0]).exp();
            }
            return Comparison.Same("sum of probabilities", total, ones(1, dtype: ScalarType.Float64), Tolerance);
        }) with { Cases = 20 },
    ];
}
