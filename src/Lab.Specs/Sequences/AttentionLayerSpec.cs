using FsCheck;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>What is the same for all attention layers.</summary>
public abstract class AttentionLayerSpec<TLayer> : ModuleSpec<TLayer, AttentionLayerCase>
    where TLayer : AttentionLayer
{
    /// <summary>The names and shapes of its parameters.</summary>
    protected internal abstract IReadOnlyList<StateEntry> State(AttentionLayerCase c);

    /// <summary>What it computes, with a mask that is never null: <c>[B, T, S]</c>.</summary>
    protected internal abstract AttentionOutput Formula(
        AttentionLayerCase c, Tensor queries, Tensor keys, Tensor values, Tensor mask, IReadOnlyDictionary<string, Tensor> p);

    /// <inheritdoc/>
    protected internal sealed override AttentionLayerCase Usual => new() { State = State, Seed = 1 };

    /// <inheritdoc/>
    public sealed override Gen<AttentionLayerCase> Cases => AttentionLayerCase.Any(Usual);

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Run(TLayer module, AttentionLayerCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var output = module.call(inputs[0], inputs[1], inputs[2], inputs.ElementAtOrDefault(3));
        return [output.Context, output.Weights];
    }

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Reference(
        AttentionLayerCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var mask = inputs.ElementAtOrDefault(3) is not { } given ? ones(1, 1, 1, dtype: ScalarType.Bool)
            : given.dim() == 2 ? given.unsqueeze(1) : given;
        var full = mask.expand(inputs[0].size(0), inputs[0].size(1), inputs[1].size(1));
        var output = Formula(@case, inputs[0], inputs[1], inputs[2], full, p);
        return [output.Context, output.Weights];
    }

    /// <inheritdoc/>
    public sealed override bool HasPadding => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Argument>? DisturbPadding(AttentionLayerCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        if (@case.Hidden == Hiding.Nothing)
            return null;
        var mask = arguments[3].Value;
        var unseen = (mask.dim() == 2 ? mask : mask.any(1)).logical_not().unsqueeze(-1);
        return [.. arguments.Select(a => a.Name is "keys" or "values" ? a.With(a.Value.masked_fill(unseen, double.NaN)) : a)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<AttentionLayerCase>>> BadInputs =>
    [
        Bad("integer queries", "queries", x => x[0] = x[0].@long()),
        Bad("queries of another width", "queries", x => x[0] = ones(2, 3, 5)),
        Bad("queries of another batch", "queries", x => x[0] = ones(3, 3, 4)),
        Bad("queries without a batch", "queries", x => x[0] = ones(3, 4)),
        Bad("queries of another dtype", "queries", x => x[0] = x[0].@double()),
        Bad("fewer queries than rows of the mask", "queries", x => x[3] = ones(2, 4, 4, dtype: ScalarType.Bool)),
        Bad("keys of another width", "keys", x => x[1] = ones(2, 4, 4)),
        Bad("no keys", "keys", x => (x[1], x[2]) = (ones(2, 0, 3), ones(2, 0, 2))),
        Bad("keys on another device", "keys", x => x[1] = ones([2, 4, 3], device: META)),
        Bad("fewer values than keys", "values", x => x[2] = ones(2, 3, 2)),
        Bad("values of another width", "values", x => x[2] = ones(2, 4, 3)),
        Bad("a mask of numbers", "mask", x => x[3] = ones(2, 4)),
        Bad("a mask of too many keys", "mask", x => x[3] = ones(2, 5, dtype: ScalarType.Bool)),
        Bad("a mask of another batch", "mask", x => x[3] = ones(3, 3, 4, dtype: ScalarType.Bool)),
        Bad("a mask on another device", "mask", x => x[3] = ones([2, 4], ScalarType.Bool, META)),
        Bad("memories with a mask, put together", "newer", (layer, x) =>
        {
            var memory = layer.Remember(x[1], x[2], ones(2, 4, dtype: ScalarType.Bool));
            memory.Append(memory);
        }),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<AttentionLayerCase>, AttentionLayerCase>> ModelLaws =>
    [
        Own("step by step is all at once", "Keys remembered once and queries asked one by one give what one call gives.", (_, c) =>
        {
            var (layer, x) = Drawn(c);
            using var kept = layer;
            var whole = Run(layer, c, x);
            var mask = x.ElementAtOrDefault(3);
            if (mask is { } m && m.dim() == 3)
                return Verdict.DoesNotApply;
            var memory = layer.Remember(x[1], x[2], mask);
            var steps = Enumerable.Range(0, c.T).Select(t => layer.Attend(x[0].narrow(1, t, 1), memory)).ToArray();
            return Comparison.Same("context", cat([.. steps.Select(s => s.Context)], 1), whole[0], Tolerance)
                .Then(() => Comparison.Same("weights", cat([.. steps.Select(s => s.Weights)], -2), whole[1], Tolerance));
        }),
        Own("a memory can grow", "Keys remembered in two parts, one behind the other, are as good as remembered together.", (_, c) =>
        {
            if (c.S < 2)
                return Verdict.DoesNotApply;
            var (layer, x) = Drawn(c with { Hidden = Hiding.Nothing });
            using var kept = layer;
            var whole = Run(layer, c, x);
            var memory = layer.Remember(x[1].narrow(1, 0, 1), x[2].narrow(1, 0, 1))
                .Append(layer.Remember(x[1].narrow(1, 1, c.S - 1), x[2].narrow(1, 1, c.S - 1)));
            var output = layer.Attend(x[0], memory);
            return Verdict.Require(memory.Length == c.S, $"The memory has length {memory.Length}.")
                .Then(() => Comparison.Same("context", output.Context, whole[0], Tolerance))
                .Then(() => Comparison.Same("weights", output.Weights, whole[1], Tolerance));
        }),
        Own("keys added and masked change nothing", "A call with more keys, all of them masked, gives the same context, and weights of 0 for them.", (_, c) =>
        {
            var (layer, x) = Drawn(c with { Hidden = Hiding.Padding });
            using var kept = layer;
            var more = layer.call(
                x[0], cat([x[1], 7 * ones_like(x[1])], 1), cat([x[2], 7 * ones_like(x[2])], 1), cat([x[3], zeros_like(x[3])], 1));
            var whole = layer.call(x[0], x[1], x[2], x[3]);
            return Comparison.Same("context", more.Context, whole.Context, Tolerance)
                .Then(() => Comparison.Same("weights", more.Weights, cat([whole.Weights, zeros_like(whole.Weights)], -1), Tolerance));
        }),
    ];

    /// <summary>Four tensors, one of which is spoilt: the fourth, the mask, may be missing.</summary>
    private BadInput<ModuleOp<AttentionLayerCase>> Bad(string description, string parameter, Action<Tensor[]> spoil) => Given(
        description, parameter,
        () =>
        {
            Tensor[] x = [ones(2, 3, 4), ones(2, 4, 3), ones(2, 4, 2), ones(2, 4, dtype: ScalarType.Bool)];
            spoil(x);
            return x;
        },
        (layer, x) => layer.call(x[0], x[1], x[2], x[3]));

    private BadInput<ModuleOp<AttentionLayerCase>> Bad(string description, string parameter, Action<TLayer, Tensor[]> call) => Given(
        description, parameter, () => [ones(2, 3, 4), ones(2, 4, 3), ones(2, 4, 2)], call);
}
