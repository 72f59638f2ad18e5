using FsCheck;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>The head of edge sets against its formula, pair by pair.</summary>
public sealed class EdgeSetHeadSpec : GraphLayerSpec<EdgeSetHead>
{
    private const double Never = -7;                       // in place of -∞, with which sums cannot be compared

    /// <inheritdoc/>
    protected internal override GraphCase Usual => new()
    {
        Seed = 1,
        State = c => [new("node.weight", 4, c.D), new("node.bias", 4), new("product.weight", 4, c.D), new("classify.weight", c.E, 4), new("classify.bias", c.E)],
    };

    /// <inheritdoc/>
    public override Gen<GraphCase> Cases => GraphCase.Any(Usual);

    /// <inheritdoc/>
    protected internal override EdgeSetHead Make(GraphCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.E, 4);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(EdgeSetHead module, GraphCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        var logits = module.call(inputs[0], inputs.ElementAtOrDefault(1));
        return [where(logits.isneginf(), full_like(logits, Never), logits).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(GraphCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        var (x, mask) = (inputs[0], MaskOf(@case, inputs));
        var none = full([@case.E], Never, x.dtype);
        none[0] = 0;
        none = none + 0 * p["classify.bias"];                    // of a graph without pairs the gradient is 0, not absent
        var rows = from b in Numbers(x.size(0))
                   from i in Numbers(x.size(1))
                   from j in Numbers(x.size(1))
                   select i == j || !mask[b, i].ToBoolean() || !mask[b, j].ToBoolean() ? none : Pair(x[b, i], x[b, j]);
        return [stack(rows.ToArray()).reshape(x.size(0), x.size(1), x.size(1), @case.E)];

        Tensor Pair(Tensor one, Tensor other)
        {
            var hidden = F.linear(one + other, p["node.weight"]) + 2 * p["node.bias"] + F.linear(one * other, p["product.weight"]);
            return F.linear(hidden.relu(), p["classify.weight"], p["classify.bias"]);
        }
    }

    private static IEnumerable<int> Numbers(long count) => Enumerable.Range(0, (int)count);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<GraphCase>>> BadInputs =>
    [
        Made("no width", "width", () => new EdgeSetHead(0, 2).Dispose()),
        Made("one edge type", "edgeTypes", () => new EdgeSetHead(2, 1).Dispose()),
        Made("no hidden width", "hidden", () => new EdgeSetHead(2, 2, 0).Dispose()),
        Given("null for nodes", "nodes", () => [], (m, _) => m.call(null!, null)),
        Given("nodes of another width", "nodes", () => [ones(2, 3, 4)], (m, x) => m.call(x[0], null)),
        Given("no nodes", "nodes", () => [ones(2, 0, 3)], (m, x) => m.call(x[0], null)),
        Given("integer nodes", "nodes", () => [ones(2, 3, 3, dtype: ScalarType.Int64)], (m, x) => m.call(x[0], null)),
        Given("nodes of another dtype", "nodes", () => [ones(2, 3, 3, dtype: ScalarType.Float64)], (m, x) => m.call(x[0], null)),
        Given("nodes on another device", "nodes", () => [ones([2, 3, 3], device: META)], (m, x) => m.call(x[0], null)),
        Given("a mask of numbers", "mask", () => [ones(2, 3, 3), ones(2, 3)], (m, x) => m.call(x[0], x[1])),
        Given("a mask of another shape", "mask", () => [ones(2, 3, 3), ones(3, 2, dtype: ScalarType.Bool)], (m, x) => m.call(x[0], x[1])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<GraphCase>, GraphCase>> ModelLaws =>
    [
        Own("no loops, no edges to padding, none twice", "There \"no edge\" is certain, and z[i, j] is z[j, i] to the last bit.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var logits = head.call(x[0], x.ElementAtOrDefault(1));
            var mask = MaskOf(c, x);
            var pairs = mask.unsqueeze(1).logical_and(mask.unsqueeze(2)).logical_and(eye(c.N, dtype: ScalarType.Bool).logical_not());
            return Comparison.Same("logits, with i and j exchanged", logits.transpose(1, 2), logits, new Tolerance(0, 0))
                .Then(() => Comparison.Same(
                    "probability of no edge where there can be none", logits.softmax(3).select(3, 0)[pairs.logical_not()],
                    ones_like(logits.select(3, 0))[pairs.logical_not()], new Tolerance(0, 0)))
                .Then(() => Verdict.Require(logits[pairs].isfinite().all().ToBoolean(), "A logit between two nodes is not finite."));
        }),
        Own("renumbering the nodes renumbers the edges", "The edges of nodes in another order are the same edges in that order.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var order = c.Renumbering();
            Tensor[] inputs = [.. Renumbered(drawn[..^1], order), drawn[^1]];
            return Comparison.Same("logits", Call(op, c, inputs)[0], Call(op, c, drawn)[0].index_select(1, order).index_select(2, order), Tolerance);
        }),
    ];
}
