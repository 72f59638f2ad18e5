using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>Multi-head attention against the library's attention, one head at a time; and against the library's own module.</summary>
public sealed class MultiHeadAttentionSpec : AttentionLayerSpec<MultiHeadAttention>
{
    /// <inheritdoc/>
    protected internal override IReadOnlyList<StateEntry> State(AttentionLayerCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return
        [
            new("query.weight", c.Q, c.Q), new("query.bias", c.Q), new("key.weight", c.Q, c.K), new("key.bias", c.Q),
            new("value.weight", c.Q, c.V), new("value.bias", c.Q), new("output.weight", c.Q, c.Q), new("output.bias", c.Q),
        ];
    }

    /// <inheritdoc/>
    protected internal override MultiHeadAttention Make(AttentionLayerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Q, @case.Heads, @case.K, @case.V);
    }

    /// <inheritdoc/>
    protected internal override AttentionOutput Formula(
        AttentionLayerCase c, Tensor queries, Tensor keys, Tensor values, Tensor mask, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(c);
        ArgumentNullException.ThrowIfNull(p);
        var width = c.Q / c.Heads;
        var heads = Enumerable.Range(0, c.Heads).Select(h => new ScaledDotProductSpec().Oracle(
            Rows(queries, "query", h), Rows(keys, "key", h), Rows(values, "value", h), null, mask)).ToArray();
        var context = F.linear(cat([.. heads.Select(h => h.Context)], -1), p["output.weight"], p["output.bias"]);
        return new(context, stack([.. heads.Select(h => h.Weights)], 1));

        Tensor Rows(Tensor x, string name, int head) => F.linear(
            x, p[$"{name}.weight"].narrow(0, head * width, width), p[$"{name}.bias"].narrow(0, head * width, width));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<AttentionLayerCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no heads", "heads", () => new MultiHeadAttention(4, 0).Dispose()),
        Made("heads that do not divide the width", "heads", () => new MultiHeadAttention(4, 3).Dispose()),
        Made("no width", "queryWidth", () => new MultiHeadAttention(0, 1).Dispose()),
        Made("dropout of everything", "dropout", () => new MultiHeadAttention(4, 2, dropout: 1).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<AttentionLayerCase>, AttentionLayerCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Own("it is the library's module", "nn.MultiheadAttention with the same weights gives the same context, and the mean of the heads' weights.", (_, c) =>
        {
            var (layer, x) = Drawn(c with { K = c.Q, V = c.Q, Hidden = c.Hidden == Hiding.Nothing ? Hiding.Nothing : Hiding.Padding });
            using var kept = layer;
            using var library = nn.MultiheadAttention(c.Q, c.Heads);
            library.to(ScalarType.Float64);
            var state = layer.state_dict();
            using (no_grad())
                foreach (var (name, parameter) in library.named_parameters())
                    parameter.copy_(name switch
                    {
                        "in_proj_weight" => cat([state["query.weight"], state["key.weight"], state["value.weight"]], 0),
                        "in_proj_bias" => cat([state["query.bias"], state["key.bias"], state["value.bias"]], 0),
                        "out_proj.weight" => state["output.weight"],
                        _ => state["output.bias"],
                    });
            var mask = x.ElementAtOrDefault(3);
            if (mask is not null && !mask.any(1).all().ToBoolean())
                return Verdict.DoesNotApply;                          // NaN in the library
            var (context, weights) = library.call(
                x[0].transpose(0, 1), x[1].transpose(0, 1), x[2].transpose(0, 1), mask?.logical_not(), true, null);
            var output = layer.call(x[0], x[1], x[2], mask);
            return Comparison.Same("context", output.Context, context.transpose(0, 1), Tolerance)
                .Then(() => Comparison.Same("weights", output.Weights.mean([1]), weights, Tolerance));
        }),
        Own("where nothing can be seen, the bias speaks", "With every key masked the context is output.bias, and nothing but it learns.", (_, c) =>
        {
            var (layer, x) = Drawn(c with { Hidden = Hiding.Nothing });
            using var kept = layer;
            var output = layer.call(x[0], x[1], x[2], zeros(c.B, c.S, dtype: ScalarType.Bool));
            output.Context.sum().backward();
            var bias = layer.state_dict()["output.bias"];
            return Comparison.Same("context", output.Context, bias.expand(output.Context.shape), Tolerance)
                .Then(() => Comparison.Same("weights", output.Weights, zeros_like(output.Weights), Tolerance))
                .Then(() => Verdict.Require(
                    layer.named_parameters().All(p => p.name == "output.bias" || p.parameter.grad is not { } g || g.eq(0).all().ToBoolean()),
                    "Another parameter learns."));
        }),
    ];
}
