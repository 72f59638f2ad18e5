using Lab.Core.Sequences;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Attention by any score: queries, keys, values, weights for scoring (or null), mask (or null).</summary>
public delegate AttentionOutput AttentionOp(Tensor queries, Tensor keys, Tensor values, Tensor? scoring, Tensor? mask);

/// <summary>What is the same for all attention ops: how they are called, what they refuse, and what is true of every one.</summary>
public abstract class AttentionOpSpec : Spec<AttentionOp, AttentionCase>
{
    /// <summary>Whether the op has weights for scoring.</summary>
    protected abstract bool Scored { get; }

    /// <inheritdoc/>
    public sealed override Tensor[] Call(AttentionOp op, AttentionCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        var output = op(
            arguments[0], arguments[1], arguments[2], @case.Scored ? arguments[3] : null,
            @case.Hidden == Hiding.Nothing ? null : arguments[^1]);
        return [output.Context, output.Weights];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude); // sums of D products

    /// <inheritdoc/>
    public sealed override bool HasPadding => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Argument>? DisturbPadding(AttentionCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        if (@case.Hidden == Hiding.Nothing)
            return null;
        var mask = Mask(@case, arguments);
        var (unseen, blind) = (mask.any(-2).logical_not().unsqueeze(-1), mask.any(-1, keepdim: true).logical_not());
        return [.. arguments.Select(a => a.Name switch
        {
            "queries" => a.With(a.Value.masked_fill(blind, double.NaN)),
            "keys" or "values" => a.With(a.Value.masked_fill(unseen, double.NaN)),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<AttentionOp>> BadInputs =>
    [
        Bad("integer queries", "queries", x => x with { Queries = x.Queries.@long() }),
        Bad("queries of rank 1", "queries", x => x with { Queries = ones(3) }),
        Bad("queries of no width", "queries", x => x with { Queries = ones(2, 4, 0) }),
        new("null for queries", "queries", () => [], (op, _) => op(null!, null!, null!, null, null)),
        Bad("integer keys", "keys", x => x with { Keys = x.Keys.@long() }),
        Bad("keys of another width", "keys", x => x with { Keys = ones(2, 5, 4) }),
        Bad("keys of another batch", "keys", x => x with { Keys = ones(1, 5, 3) }),
        Bad("keys without a batch", "keys", x => x with { Keys = ones(5, 3) }),
        Bad("no keys", "keys", x => x with { Keys = ones(2, 0, 3), Values = ones(2, 0, 6) }),
        Bad("keys of another dtype", "keys", x => x with { Keys = x.Keys.@double() }),
        Bad("keys on another device", "keys", x => x with { Keys = ones([2, 5, 3], device: META) }),
        Bad("fewer values than keys", "values", x => x with { Values = ones(2, 4, 6) }),
        Bad("values of another batch", "values", x => x with { Values = ones(3, 5, 6) }),
        Bad("values of another dtype", "values", x => x with { Values = x.Values.@double() }),
        Bad("a mask of numbers", "mask", x => x with { Mask = ones(2, 4, 5) }),
        Bad("a mask of lengths", "mask", x => x with { Mask = ones(2, dtype: ScalarType.Int64) }),
        Bad("a mask on its side", "mask", x => x with { Mask = ones(2, 5, 4, dtype: ScalarType.Bool) }),
        Bad("a mask [B, S], which would hide by query", "mask", x => x with { Mask = ones(2, 5, dtype: ScalarType.Bool) }),
        Bad("a mask that is a scalar", "mask", x => x with { Mask = ones([], dtype: ScalarType.Bool) }),
        Bad("a mask on another device", "mask", x => x with { Mask = ones([2, 4, 5], ScalarType.Bool, META) }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<AttentionOp, AttentionCase>> OwnLaws =>
    [
        Own("weights are a distribution over the keys", "They are not negative and sum to 1 for each query, or are all 0 where a query may see nothing.", (op, c) =>
        {
            var drawn = c.Draw();
            var weights = Call(op, c, [.. drawn.Select(a => a.Value)])[1];
            var sees = Mask(c, drawn).expand(weights.shape).any(-1).to(ScalarType.Float64);
            return Verdict.Require(weights.ge(0).all().ToBoolean(), "A weight is negative.")
                .Then(() => Comparison.Same("sum of the weights", weights.sum(-1), sees, Tolerance));
        }),
        Own("masked places have no part in it", "A masked weight is exactly 0; a key and a value that nobody sees get a gradient of exactly 0.", (op, c) =>
        {
            var drawn = c.Draw();
            Tensor[] leaves = [.. drawn.Select(a => a.Differentiable ? a.Value.requires_grad_() : a.Value)];
            var output = Call(op, c, leaves);
            var mask = Mask(c, drawn).expand(output[1].shape);
            var factors = arange(1, output[0].numel() + 1, dtype: ScalarType.Float64).reshape(output[0].shape);
            (output[0] * factors).sum().backward();
            var unseen = mask.any(-2).logical_not();
            return Verdict.Require(output[1][mask.logical_not()].eq(0).all().ToBoolean(), "A masked weight is not 0.")
                .Then(() => Verdict.Require(leaves[1].grad![unseen].eq(0).all().ToBoolean(), "An unseen key has a gradient."))
                .Then(() => Verdict.Require(leaves[2].grad![unseen].eq(0).all().ToBoolean(), "An unseen value has a gradient."));
        }),
        Own("the order of the keys does not matter", "Keys, values and mask in another order give the same context, and the weights in that order.", (op, c) =>
        {
            var drawn = c.Draw();
            var order = randperm(c.S, dtype: ScalarType.Int64, generator: new Generator((ulong)c.Seed));
            var shuffled = drawn.Select(a => a.Name switch
            {
                "keys" or "values" => a.Value.index_select(a.Value.dim() - 2, order),
                "mask" => a.Value.index_select(a.Value.dim() - 1, order),
                _ => a.Value,
            });
            var (got, expected) = (Call(op, c, [.. shuffled]), Call(op, c, [.. drawn.Select(a => a.Value)]));
            return Comparison.Same("context", got[0], expected[0], Tolerance)
                .Then(() => Comparison.Same("weights", got[1], expected[1].index_select(expected[1].dim() - 1, order), Tolerance));
        }),
        Own("the context lies among the values", "A mean is no larger than the largest value seen, and no smaller than the smallest.", (op, c) =>
        {
            var drawn = c.Draw();
            var output = Call(op, c, [.. drawn.Select(a => a.Value)]);
            var mask = Mask(c, drawn).expand(output[1].shape);
            if (!mask.any(-1).all().ToBoolean())
                return Verdict.DoesNotApply;
            var values = drawn[2].Value.unsqueeze(-3).expand([.. output[1].shape, c.E]);
            var hidden = mask.logical_not().unsqueeze(-1);
            var most = values.masked_fill(hidden, double.NegativeInfinity).amax([-2]);
            var least = values.masked_fill(hidden, double.PositiveInfinity).amin([-2]);
            return Verdict.Require(
                output[0].le(most + 1e-12).all().ToBoolean() && output[0].ge(least - 1e-12).all().ToBoolean(),
                "An entry of the context is outside the range of the values.");
        }),
    ];

    private static Tensor Mask(AttentionCase c, IReadOnlyList<Argument> drawn) =>
        c.Hidden == Hiding.Nothing ? ones(c.T, c.S, dtype: ScalarType.Bool)
        : c.Hidden == Hiding.Keys ? drawn[^1].Value.unsqueeze(0)
        : drawn[^1].Value;

    private sealed record Input(Tensor Queries, Tensor Keys, Tensor Values, Tensor Scoring, Tensor? Mask);

    private BadInput<AttentionOp> Bad(string description, string parameter, Func<Input, Input> spoil) => new(
        description, parameter,
        () =>
        {
            var x = spoil(new(ones(2, 4, 3), ones(2, 5, 3), ones(2, 5, 6), ones(3), null));
            return x.Mask is null ? [x.Queries, x.Keys, x.Values, x.Scoring] : [x.Queries, x.Keys, x.Values, x.Scoring, x.Mask];
        },
        (op, x) => op(x[0], x[1], x[2], Scored ? x[3] : null, x.ElementAtOrDefault(4)));
}
