using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>Additive attention with its projections against the definition, one query and one key at a time.</summary>
public sealed class AdditiveAttentionSpec : AttentionLayerSpec<AdditiveAttention>
{
    /// <inheritdoc/>
    protected internal override IReadOnlyList<StateEntry> State(AttentionLayerCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return [new("query.weight", c.A, c.Q), new("key.weight", c.A, c.K), new("key.bias", c.A), new("scoring", c.A)];
    }

    /// <inheritdoc/>
    protected internal override AdditiveAttention Make(AttentionLayerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Q, @case.K, @case.A, @case.V);
    }

    /// <inheritdoc/>
    protected internal override AttentionOutput Formula(
        AttentionLayerCase c, Tensor queries, Tensor keys, Tensor values, Tensor mask, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return new AdditiveSpec().Oracle(
            F.linear(queries, p["query.weight"]), F.linear(keys, p["key.weight"], p["key.bias"]), values, p["scoring"], mask);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<AttentionLayerCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no hidden units", "width", () => new AdditiveAttention(4, 3, 0).Dispose()),
        Made("no width of keys", "keyWidth", () => new AdditiveAttention(4, 0, 5).Dispose()),
    ];
}
