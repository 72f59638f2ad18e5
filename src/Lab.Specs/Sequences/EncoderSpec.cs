using FsCheck;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What is the same for all encoders.</summary>
public abstract class EncoderSpec<TEncoder> : ModuleSpec<TEncoder, EncoderCase>
    where TEncoder : SequenceEncoder
{
    /// <summary>The names and shapes of its parameters.</summary>
    protected abstract IReadOnlyList<StateEntry> State(EncoderCase c);

    /// <summary>What the encoder makes of one source without padding, <c>[S]</c> to <c>[S, M]</c>.</summary>
    protected abstract Tensor Formula(EncoderCase c, Tensor source, IReadOnlyDictionary<string, Tensor> p);

    /// <inheritdoc/>
    protected internal override EncoderCase Usual => new() { State = State, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<EncoderCase> Cases => EncoderCase.Any(Usual);

    /// <summary>Tokens have no gradient; that of the parameters is for a law of modules.</summary>
    public sealed override bool IsDifferentiable => false;

    /// <summary>No tensor of real numbers goes in, and so none of another precision.</summary>
    public sealed override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    protected internal sealed override int MadeByRun => 3;                // the memory itself, and the mask turned around

    /// <summary>Memory, with padded places 0, and the mask.</summary>
    protected internal sealed override Tensor[] Run(TEncoder module, EncoderCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var output = module.call(inputs[0]);
        return [output.Memory.masked_fill(output.Mask.logical_not().unsqueeze(-1), 0), output.Mask];
    }

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Reference(EncoderCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var mask = inputs[0] != @case.Padding;
        var rows = inputs[0].unbind(0).Select((row, b) =>
        {
            var memory = Formula(@case, row[mask[b]], p);
            return cat([memory, zeros([row.size(0) - memory.size(0), memory.size(1)], memory.dtype)], 0);
        });
        return [stack([.. rows], 0), mask];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<EncoderCase>>> BadInputs =>
    [
        Bad("tokens that are no integers", () => ones(2, 3)),
        Bad("tokens of 32 bits", () => ones(2, 3, dtype: ScalarType.Int32)),
        Bad("a token that is not in the vocabulary", () => full([2, 3], 5L)),
        Bad("a negative token", () => full([2, 3], -1L)),
        Bad("tokens without a batch", () => ones(3, dtype: ScalarType.Int64)),
        Bad("no tokens at all", () => ones(2, 0, dtype: ScalarType.Int64)),
        Bad("an empty source", () => tensor(new long[,] { { 1, 2 }, { 0, 0 } })),
        Bad("padding before a token", () => tensor(new long[,] { { 1, 2 }, { 0, 1 } })),
        Bad("tokens on another device", () => ones([2, 3], ScalarType.Int64, META)),
        Given("null for tokens", "tokens", () => [], (encoder, _) => encoder.call(null!)),
        Made("no vocabulary", "vocabularySize", () => Make(Usual with { V = 0 }).Dispose()),
        Made("a padding that is no token", "paddingIndex", () => Make(Usual with { Padding = 5 }).Dispose()),
        Made("a negative padding", "paddingIndex", () => Make(Usual with { Padding = -1 }).Dispose()),
        Made("no layers", "layers", () => Make(Usual with { Layers = 0 }).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<EncoderCase>, EncoderCase>> ModelLaws =>
    [
        Own("padding appended changes nothing", "A longer batch, all of the added places padding, has the same memory and mask in its old places, and the same gradients.", (_, c) =>
        {
            var (encoder, x) = Drawn(c);
            using var kept = encoder;
            var shortly = Run(encoder, c, x);
            var longly = Run(encoder, c, [cat([x[0], full([c.B, 3], c.Padding, dtype: ScalarType.Int64)], 1)]);
            var factors = arange(shortly[0].numel(), dtype: ScalarType.Float64).reshape(shortly[0].shape);
            return Comparison.Same("memory", longly[0].narrow(1, 0, c.S), shortly[0], Tolerance)
                .Then(() => Verdict.Require(longly[1].narrow(1, c.S, 3).logical_not().all().ToBoolean(), "The mask counts padding."))
                .Then(() => SameGradients(encoder, (shortly[0] * factors).sum(), (longly[0].narrow(1, 0, c.S) * factors).sum()));
        }),
        Own("the order of the tokens matters", "A source and its mirror image have other memories, at every place but the middle one too.", (_, c) =>
        {
            if (c.S < 3)
                return Verdict.DoesNotApply;
            var (encoder, _) = Drawn(c with { V = 6, Padding = 0, B = 1 });
            using var kept = encoder;
            var source = (arange(c.S, dtype: ScalarType.Int64) + 1).unsqueeze(0);
            var (there, back) = (encoder.call(source).Memory, encoder.call(source.flip(1)).Memory.flip(1));
            return Verdict.Require((there - back).abs().amax([2]).gt(1e-9).any().ToBoolean(), "The memory is that of a bag of tokens.");
        }),
        Own("all tokens are seen from everywhere", "Another first token changes the memory of the last, and another last token that of the first.", (_, c) =>
        {
            var (encoder, _) = Drawn(c with { V = 6, Padding = 0, B = 1 });
            using var kept = encoder;
            if (c.S < 2)
                return Verdict.DoesNotApply;
            var source = ones(1, c.S, dtype: ScalarType.Int64);
            var (first, last) = (source.clone(), source.clone());
            (first[0, 0], last[0, c.S - 1]) = (2, 2);
            var (plain, a, b) = (encoder.call(source).Memory, encoder.call(first).Memory, encoder.call(last).Memory);
            return Verdict.Require((plain - a)[0, -1].ne(0).any().ToBoolean(), "The last place does not see the first token.")
                .Then(() => Verdict.Require((plain - b)[0, 0].ne(0).any().ToBoolean(), "The first place does not see the last token."));
        }),
    ];

    private BadInput<ModuleOp<EncoderCase>> Bad(string description, Func<Tensor> tokens) =>
        Given(description, "tokens", () => [tokens()], (encoder, x) => encoder.call(x[0]));

    private Verdict SameGradients(TEncoder encoder, Tensor expected, Tensor got)
    {
        var parameters = encoder.parameters().ToArray();
        expected.backward();
        var first = parameters.Select(p => p.grad!.clone()).ToArray();
        encoder.zero_grad();
        got.backward();
        return parameters.Zip(first).Aggregate(Verdict.Holds, (verdict, pair) =>
            verdict.Then(() => Comparison.Same("gradient of a parameter", pair.First.grad!, pair.Second, Tolerance)));
    }
}
