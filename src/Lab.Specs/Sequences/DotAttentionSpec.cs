using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>Dot-product attention with projected queries against the library's attention of the projected queries.</summary>
public sealed class DotAttentionSpec : AttentionLayerSpec<DotAttention>
{
    /// <inheritdoc/>
    protected internal override IReadOnlyList<StateEntry> State(AttentionLayerCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return [new("query.weight", c.K, c.Q)];
    }

    /// <inheritdoc/>
    protected internal override DotAttention Make(AttentionLayerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Q, @case.K, @case.V);
    }

    /// <inheritdoc/>
    protected internal override AttentionOutput Formula(
        AttentionLayerCase c, Tensor queries, Tensor keys, Tensor values, Tensor mask, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return new ScaledDotProductSpec().Oracle(F.linear(queries, p["query.weight"]), keys, values, null, mask);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<AttentionLayerCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no width of queries", "queryWidth", () => new DotAttention(0, 3).Dispose()),
        Made("no width of keys", "keyWidth", () => new DotAttention(4, 0).Dispose()),
        Made("no width of values", "valueWidth", () => new DotAttention(4, 3, 0).Dispose()),
    ];
}
