using FsCheck;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What is the same for all decoders with attention over a source.</summary>
public abstract class DecoderSpec<TDecoder> : ModuleSpec<TDecoder, DecoderCase>
    where TDecoder : SequenceDecoder
{
    /// <summary>The names and shapes of its parameters.</summary>
    protected abstract IReadOnlyList<StateEntry> State(DecoderCase c);

    /// <inheritdoc/>
    protected internal override DecoderCase Usual => new() { State = State, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<DecoderCase> Cases => DecoderCase.Any(Usual);

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Run(TDecoder module, DecoderCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var output = module.call(new(inputs[0], inputs[1]), inputs[2]);
        return [output.Logits, output.Attention];
    }

    /// <inheritdoc/>
    public sealed override bool HasPadding => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Argument>? DisturbPadding(DecoderCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var padded = arguments[1].Value.logical_not().unsqueeze(-1);
        return [arguments[0].With(arguments[0].Value.masked_fill(padded, double.NaN)), .. arguments.Skip(1)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DecoderCase>>> BadInputs =>
    [
        Bad("a memory of another width", "source", x => x[0] = ones(3, 4, 4)),
        Bad("a memory without a batch", "source", x => x[0] = ones(4, 3)),
        Bad("an empty memory", "source", x => (x[0], x[1]) = (ones(3, 0, 3), ones(3, 0, dtype: ScalarType.Bool))),
        Bad("a memory of another dtype", "source", x => x[0] = x[0].@double()),
        Bad("a memory on another device", "source", x => x[0] = ones([3, 4, 3], device: META)),
        Bad("a mask of numbers", "source", x => x[1] = ones(3, 4)),
        Bad("a mask of another length", "source", x => x[1] = ones(3, 5, dtype: ScalarType.Bool)),
        Bad("a mask on another device", "source", x => x[1] = ones([3, 4], ScalarType.Bool, META)),
        Bad("tokens that are no integers", "tokens", x => x[2] = ones(3, 3)),
        Bad("a token that is not in the vocabulary", "tokens", x => x[2] = full([3, 3], 5L)),
        Bad("a negative token", "tokens", x => x[2] = full([3, 3], -1L)),
        Bad("a target of another batch", "tokens", x => x[2] = ones(2, 3, dtype: ScalarType.Int64)),
        Bad("a target without a token", "tokens", x => x[2] = ones(3, 0, dtype: ScalarType.Int64)),
        Bad("tokens on another device", "tokens", x => x[2] = ones([3, 3], ScalarType.Int64, META)),
        Given("no source", "source", () => [], (decoder, _) => decoder.call(null!, null!)),
        Given("no source to start with", "source", () => [], (decoder, _) => decoder.Start(null!)),
        Given("null for tokens", "tokens", Inputs, (decoder, x) => decoder.call(new(x[0], x[1]), null!)),
        Stepped("two tokens for three rows", "tokens", (decoder, state) => decoder.Step(ones(2, dtype: ScalarType.Int64), state)),
        Stepped("a step with a token that is not in the vocabulary", "tokens", (decoder, state) => decoder.Step(full([3], 5L), state)),
        Stepped("a step with tokens of rank 2", "tokens", (decoder, state) => decoder.Step(ones(3, 1, dtype: ScalarType.Int64), state)),
        Stepped("a state of another model", "state", (decoder, _) =>
        {
            using var other = new TensorState(ones(3));
            decoder.Step(ones(3, dtype: ScalarType.Int64), other);
        }),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DecoderCase>, DecoderCase>> ModelLaws =>
    [
        Own("teacher forcing is step by step", "Start and one Step for each token give the logits of one call, and a state that is stepped twice gives them twice.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var whole = Run(decoder, c, x)[0];
            var steps = Steps(decoder, decoder.Start(new(x[0], x[1])), x[2], out var last);
            using var state = last;
            using var once = decoder.Step(x[2].select(1, 0), state).State;
            var again = decoder.Step(x[2].select(1, 0), state);
            using var twice = again.State;
            var anew = decoder.call(new(x[0], x[1]), cat([x[2], x[2].narrow(1, 0, 1)], 1)).Logits.select(1, c.T);
            return Comparison.Same("logits", steps, whole, Tolerance)
                .Then(() => Comparison.Same("logits of a second step from one state", again.Logits, anew, Tolerance))
                .Then(() => Verdict.Require(!steps.requires_grad && !again.Logits.requires_grad, "A step keeps a graph: memory grows with every token."));
        }),
        Own("later tokens do not move earlier logits", "Other tokens from some place on leave all logits and attention before it as they are.", (_, c) =>
        {
            if (c.T < 2 || c.V < 2)
                return Verdict.DoesNotApply;
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var from = 1 + c.Seed % (c.T - 1);
            var changed = x[2].clone();
            changed.narrow(1, from, c.T - from).copy_((x[2].narrow(1, from, c.T - from) + 1).remainder(c.V));
            var (got, expected) = (Run(decoder, c, [x[0], x[1], changed]), Run(decoder, c, x));
            return Comparison.Same("logits", got[0].narrow(1, 0, from), expected[0].narrow(1, 0, from), Tolerance)
                .Then(() => Comparison.Same("attention", got[1].narrow(1, 0, from), expected[1].narrow(1, 0, from), Tolerance));
        }),
        Own("padding appended to sources changes nothing", "Four rows of zeros behind the memory, masked, leave the logits as they are, and get no attention.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var padded = Run(decoder, c,
                [cat([x[0], zeros(c.B, 4, c.M, dtype: ScalarType.Float64)], 1), cat([x[1], zeros(c.B, 4, dtype: ScalarType.Bool)], 1), x[2]]);
            var plain = Run(decoder, c, x);
            return Comparison.Same("logits", padded[0], plain[0], Tolerance)
                .Then(() => Comparison.Same("attention", padded[1].narrow(-1, 0, c.S), plain[1], Tolerance))
                .Then(() => Verdict.Require(padded[1].narrow(-1, c.S, 4).eq(0).all().ToBoolean(), "Padding gets attention."));
        }),
        Own("padding appended to targets changes nothing", "With two more tokens in every target the logits of the old places are as they were.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var padded = Run(decoder, c, [x[0], x[1], cat([x[2], zeros(c.B, 2, dtype: ScalarType.Int64)], 1)]);
            return Comparison.Same("logits", padded[0].narrow(1, 0, c.T), Run(decoder, c, x)[0], Tolerance);
        }),
        Own("chosen rows go on as if they had always been there", "After Reorder, with rows doubled, dropped and swapped, steps give what they give for those sources and tokens from the start.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var rows = randint(0, c.B, [c.B + 1], dtype: ScalarType.Int64, generator: new Generator((ulong)c.Seed));
            Steps(decoder, decoder.Start(new(x[0], x[1])), x[2], out var last);
            var chosen = last.Reorder(rows);
            last.Dispose();                                           // the chosen rows live on
            using var state = chosen;
            var next = x[2].select(1, 0).index_select(0, rows);
            var step = decoder.Step(next, state);
            using var after = step.State;
            Tensor[] anew = [.. x.Select(t => t.index_select(0, rows))];
            var expected = Run(decoder, c, [anew[0], anew[1], cat([anew[2], next.unsqueeze(1)], 1)])[0].select(1, c.T);
            return Comparison.Same("logits", step.Logits, expected, Tolerance);
        }),
        Own("attention is a distribution over the source", "It sums to 1 at every place, or to 0 where the source is empty, and is 0 at padding.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var attention = Run(decoder, c, x)[1];
            var said = x[1].any(1, keepdim: true).expand(c.B, c.T).to(ScalarType.Float64);
            return Comparison.Same("sum of attention", attention.sum(-1), said, Tolerance)
                .Then(() => Verdict.Require(
                    attention[x[1].logical_not().unsqueeze(1).expand(attention.shape)].eq(0).all().ToBoolean(), "Padding gets attention."));
        }),
        Own("states free all they hold", "Once its states are disposed, a decoding of many steps leaves nothing behind.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var statistics = DisposeScopeManager.Statistics.TensorStatistics;
            var alive = statistics.ThreadTotalLiveCount;
            using (NewDisposeScope())
            {
                Steps(decoder, decoder.Start(new(x[0], x[1])), x[2], out var last);
                last.Dispose();
            }
            return Verdict.Require(statistics.ThreadTotalLiveCount == alive, $"{statistics.ThreadTotalLiveCount - alive} tensors are still alive.");
        }) with { Cases = 20 },
    ];

    /// <summary>Logits of steps, <c>[B, T, V]</c>; every state but the last is disposed on the way.</summary>
    internal static Tensor Steps(TDecoder decoder, IDecoderState state, Tensor tokens, out IDecoderState last)
    {
        var logits = new List<Tensor>();
        foreach (var column in tokens.unbind(1))
        {
            using var before = state;
            (var scores, state) = decoder.Step(column, before);
            logits.Add(scores);
        }
        last = state;
        return stack(logits, 1);
    }

    private static Tensor[] Inputs() => [ones(3, 4, 3), ones(3, 4, dtype: ScalarType.Bool), ones(3, 3, dtype: ScalarType.Int64)];

    private BadInput<ModuleOp<DecoderCase>> Bad(string description, string parameter, Action<Tensor[]> spoil) => Given(
        description, parameter,
        () =>
        {
            var x = Inputs();
            spoil(x);
            return x;
        },
        (decoder, x) => decoder.call(new(x[0], x[1]), x[2]));

    private BadInput<ModuleOp<DecoderCase>> Stepped(string description, string parameter, Action<TDecoder, IDecoderState> step) => Given(
        description, parameter, Inputs, (decoder, x) =>
        {
            using var state = decoder.Start(new(x[0], x[1]));
            step(decoder, state);
        });
}
