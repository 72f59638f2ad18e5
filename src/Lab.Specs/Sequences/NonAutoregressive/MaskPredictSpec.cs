using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Ctc;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>Lengths, and a small model whose scores depend on the neighbours: <c>base[b, n] + coupling[left] + 2·coupling[right]</c>.</summary>
public sealed record MaskPredictCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Positions N.</summary>
    public required int N { get; init; }

    /// <summary>Vocabulary V, with the mask and the padding.</summary>
    public required int V { get; init; }

    /// <summary>Iterations I.</summary>
    public required int I { get; init; }

    /// <summary>The mask's token; the padding is the other of 0 and V - 1.</summary>
    public bool MaskIsLast { get; init; }

    /// <summary>The mask.</summary>
    internal long Mask => MaskIsLast ? V - 1 : 0;

    /// <summary>The padding.</summary>
    internal long Pad => MaskIsLast ? 0 : V - 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 1];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("lengths", Numbers(2).Indices(N + 1, B)) { BatchDim = 0 },
        new("base", Numbers().Reals(B, N, V)) { BatchDim = 0, Extremes = [1e4, -1e4] },
        new("coupling", Numbers(1).Reals(V, V)),
    ];

    /// <summary>The model of some drawn numbers.</summary>
    internal static Func<Tensor, Tensor> Model(Tensor @base, Tensor coupling) => tokens =>
    {
        var none = full([tokens.size(0), 1], coupling.size(0) - 1, dtype: ScalarType.Int64, device: tokens.device);
        var padded = cat([none, tokens, none], 1);
        var (left, right) = (padded.narrow(1, 0, tokens.size(1)), padded.narrow(1, 2, tokens.size(1)));
        return @base + coupling[TensorIndex.Tensor(left)] + 2 * coupling[TensorIndex.Tensor(right)];
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (I > 1)
            yield return this with { I = I - 1 };
        if (N > 0)
            yield return this with { N = N - 1 };
        if (V > 3)
            yield return this with { V = V - 1 };
        if (MaskIsLast)
            yield return this with { MaskIsLast = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Mask-predict against the same in loops, one example at a time.</summary>
public sealed class MaskPredictSpec : Spec<Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted>, MaskPredictCase>
{
    /// <inheritdoc/>
    public override Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted> Op => ParallelDecoding.MaskPredict;

    /// <inheritdoc/>
    public override Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted> Oracle =>
        (model, lengths, positions, mask, padding, iterations) =>
        {
            var (batch, sizes) = ((int)lengths.size(0), CtcEnumeration.Numbers<long>(lengths));
            var tokens = new long[batch, positions];
            var sure = new double[batch, positions];
            var inputs = new List<Tensor>();
            for (var i = 0; i < iterations; i++)
            {
                var input = new long[batch, positions];
                for (var b = 0; b < batch; b++)
                {
                    var weakest = Enumerable.Range(0, (int)sizes[b]).OrderBy(n => sure[b, n])
                        .Take((int)(sizes[b] * (iterations - i) / iterations)).ToHashSet();
                    for (var n = 0; n < positions; n++)
                        input[b, n] = n >= sizes[b] ? padding : weakest.Contains(n) ? mask : tokens[b, n];
                }
                inputs.Add(tensor(input));
                var logits = model(inputs[^1]);
                for (var b = 0; b < batch; b++)
                {
                    for (var n = 0; n < positions; n++)
                    {
                        if (input[b, n] != mask || n >= sizes[b])
                        {
                            tokens[b, n] = input[b, n];
                            continue;
                        }
                        var row = CtcEnumeration.Numbers<double>(logits[b, n]);
                        row[mask] = double.NegativeInfinity;
                        var best = Array.IndexOf(row, row.Max());
                        (tokens[b, n], sure[b, n]) = (best, -Math.Log(row.Sum(x => Math.Exp(x - row[best]))));
                    }
                }
            }
            return new(tensor(tokens), tensor(sure), stack(inputs));
        };

    /// <inheritdoc/>
    public override Gen<MaskPredictCase> Cases =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(0, 6)
        from v in Gen.Choose(3, 6)
        from i in Gen.Choose(1, 5)
        from last in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MaskPredictCase { B = b, N = n, V = v, I = i, MaskIsLast = last, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                     // the dtype is the model's, and rounding chooses other tokens

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted> op, MaskPredictCase @case, Tensor[] arguments)
    {
        var found = op(MaskPredictCase.Model(arguments[1], arguments[2]), arguments[0], @case.N, @case.Mask, @case.Pad, @case.I);
        return [found.LogProbs, found.Tokens, found.Inputs];
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(MaskPredictCase @case, IReadOnlyList<Argument> arguments) =>
    [
        arguments[0],
        arguments[1].With(arguments[1].Value.masked_fill(
            (arange(@case.N) >= arguments[0].Value.unsqueeze(1)).unsqueeze(2), double.NaN)),
        arguments[2],
    ];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted>>> BadInputs =>
    [
        Bad("null for a model", "model", (op, _) => op(null!, tensor([2L]), 2, 0, 1, 4)),
        Bad("null for lengths", "lengths", (op, model) => op(model, null!, 2, 0, 1, 4)),
        Bad("lengths of another rank", "lengths", (op, model) => op(model, ones([1, 1], dtype: ScalarType.Int64), 2, 0, 1, 4)),
        Bad("real lengths", "lengths", (op, model) => op(model, ones(1), 2, 0, 1, 4)),
        Bad("a length past the end", "lengths", (op, model) => op(model, tensor([3L]), 2, 0, 1, 4)),
        Bad("fewer than no positions", "positions", (op, model) => op(model, tensor([0L]), -1, 0, 1, 4)),
        Bad("no iterations", "iterations", (op, model) => op(model, tensor([2L]), 2, 0, 1, 0)),
        Bad("a mask that is the padding", "mask", (op, model) => op(model, tensor([2L]), 2, 1, 1, 4)),
        Bad("a model that gives whole numbers", "model", (op, _) => op(tokens => tokens.unsqueeze(2), tensor([2L]), 2, 0, 1, 4)),
        Bad("a model that gives one row", "model", (op, _) => op(tokens => ones(2, 3), tensor([2L]), 2, 0, 1, 4)),
        Bad("a model that gives other positions", "model", (op, _) => op(tokens => ones(1, 3, 3), tensor([2L]), 2, 0, 1, 4)),
        Bad("a model that knows the mask alone", "model", (op, _) => op(tokens => ones(1, 2, 1), tensor([2L]), 2, 0, 1, 4)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted>, MaskPredictCase>> OwnLaws =>
    [
        Own("one iteration is independent decoding", "With I = 1 it gives what the model says of masks alone.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var model = MaskPredictCase.Model(drawn[1], drawn[2]);
            var found = op(model, drawn[0], c.N, c.Mask, c.Pad, 1);
            var logits = model(found.Inputs[0]).masked_fill(arange(c.V) == c.Mask, double.NegativeInfinity);
            return Comparison.Same(
                "tokens", found.Tokens, ParallelDecoding.DecodeIndependently(logits, drawn[0], c.Pad).Tokens, new Tolerance(0, 0));
        }),
        Own("masks fall on a line to none", "Iteration i masks ⌊n·(I - i)/I⌋ of n tokens, and no mask is left in the result.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var found = op(MaskPredictCase.Model(drawn[1], drawn[2]), drawn[0], c.N, c.Mask, c.Pad, c.I);
            var counts = (found.Inputs == c.Mask).sum(2);                 // [I, B]
            var expected = stack(Enumerable.Range(0, c.I).Select(i => (drawn[0] * (c.I - i)).div(c.I, RoundingMode.floor)).ToArray());
            return Comparison.Same("number of masks", counts, expected, new Tolerance(0, 0))
                .Then(() => Verdict.Require(!(found.Tokens == c.Mask).any().ToBoolean(), "A mask is left."));
        }),
        Own("who does not look needs one iteration", "A model that does not depend on the tokens gives the same after any number of iterations.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var once = op(_ => drawn[1].clone(), drawn[0], c.N, c.Mask, c.Pad, 1);
            var often = op(_ => drawn[1].clone(), drawn[0], c.N, c.Mask, c.Pad, c.I);
            return Comparison.Same("tokens", often.Tokens, once.Tokens, new Tolerance(0, 0));
        }),
        Own("the model is called once an iteration", "The cost is I calls, whatever the length.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var calls = 0;
            op(_ => { calls++; return drawn[1].clone(); }, drawn[0], c.N, c.Mask, c.Pad, c.I);
            return Verdict.Require(calls == c.I, $"{calls} calls in {c.I} iterations.");
        }) with { Cases = 10 },
    ];

    private static BadInput<Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted>> Bad(
        string description, string parameter,
        Action<Func<Func<Tensor, Tensor>, Tensor, long, long, long, int, MaskPredicted>, Func<Tensor, Tensor>> call) =>
        new(description, parameter, () => [], (op, _) =>
        {
            using var scope = NewDisposeScope();
            call(op, tokens => ones([.. tokens.shape, 4]));
        });
}
