using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>A round of messages against a list of neighbours for every node.</summary>
public sealed class MessagePassingSpec : GraphLayerSpec<MessagePassing>
{
    /// <inheritdoc/>
    protected internal override GraphCase Usual => new()
    {
        Seed = 1,
        Beside = Beside.Weights,
        State = c =>
        [
            new("message.weight", c.E * c.D, c.D), new("combine.weight", c.D, 2 * c.D), new("combine.bias", c.D),
            new("output.weight", c.D, c.D), new("output.bias", c.D),
        ],
    };

    /// <inheritdoc/>
    public override Gen<GraphCase> Cases =>
        from c in GraphCase.Any(Usual)
        from beside in Gen.Elements(Beside.Types, Beside.Weights)
        from aggregation in Gen.Elements(Enum.GetValues<Aggregation>())
        select c with { Beside = beside, Aggregation = aggregation };

    /// <inheritdoc/>
    public override bool SmoothAt(GraphCase @case) =>             // the largest of equal ones jumps, and an edge of weight 0 comes to be
        base.SmoothAt(@case) && (@case.Aggregation == Aggregation.Sum || (@case.Beside == Beside.Types && @case.Scale > 0));

    /// <inheritdoc/>
    protected internal override MessagePassing Make(GraphCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.E, @case.Aggregation);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(MessagePassing module, GraphCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1], inputs.ElementAtOrDefault(2))];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(GraphCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(p);
        var (x, edges, mask) = (inputs[0], inputs[1], MaskOf(@case, inputs));
        var results = new List<Tensor>();
        for (var b = 0; b < x.size(0); b++)
            for (var i = 0; i < x.size(1); i++)
                results.Add(mask[b, i].ToBoolean() ? Updated(b, i) : zeros_like(x[b, i]) + 0 * p["output.bias"]);
        return [stack(results).reshape(x.shape)];

        Tensor Updated(int b, int i)
        {
            var heard = new List<Tensor>();
            var weight = zeros([], x.dtype);
            for (var j = 0; j < x.size(1); j++)
            {
                var spoken = zeros_like(x[b, i]);
                var near = false;
                for (var r = 0; r < @case.E && i != j && mask[b, j].ToBoolean(); r++)
                {
                    var w = edges.is_floating_point() ? edges[b, i, j, r] : tensor(edges[b, i, j].ToInt64() == r + 1 ? 1.0 : 0.0).to(x.dtype);
                    near |= w.ToDouble() > 0;
                    weight = weight + w;
                    spoken = spoken + w * F.linear(x[b, j], p["message.weight"].narrow(0, r * @case.D, @case.D));
                }
                if (near || (@case.Aggregation != Aggregation.Max && i != j && mask[b, j].ToBoolean()))
                    heard.Add(spoken);
            }
            var all = heard.Count == 0 ? zeros_like(x[b, i])
                : @case.Aggregation == Aggregation.Max ? stack(heard).amax([0])
                : @case.Aggregation == Aggregation.Mean && weight.ToDouble() > 0 ? stack(heard).sum([0]) / weight : stack(heard).sum([0]);
            var hidden = F.linear(cat([x[b, i], all]), p["combine.weight"], p["combine.bias"]).relu();
            return x[b, i] + F.linear(hidden, p["output.weight"], p["output.bias"]);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<GraphCase>>> BadInputs =>
    [
        Made("no width", "width", () => new MessagePassing(0, 2).Dispose()),
        Made("no relations", "relations", () => new MessagePassing(2, 0).Dispose()),
        Made("no such aggregation", "aggregation", () => new MessagePassing(2, 1, (Aggregation)7).Dispose()),
        Given("null for nodes", "nodes", () => [ones(2, 3, 3, 2)], (m, x) => m.call(null!, x[0], null)),
        Given("nodes of another width", "nodes", () => [ones(2, 3, 4), ones(2, 3, 3, 2)], (m, x) => m.call(x[0], x[1], null)),
        Given("null for edges", "edges", () => [ones(2, 3, 3)], (m, x) => m.call(x[0], null!, null)),
        Given("weights without relations", "edges", () => [ones(2, 3, 3), ones(2, 3, 3)], (m, x) => m.call(x[0], x[1], null)),
        Given("weights of another dtype", "edges", () => [ones(2, 3, 3), ones(2, 3, 3, 2, dtype: ScalarType.Float64)], (m, x) => m.call(x[0], x[1], null)),
        Given("weights on another device", "edges", () => [ones(2, 3, 3), ones([2, 3, 3, 2], device: META)], (m, x) => m.call(x[0], x[1], null)),
        Given("an edge type that there is not", "edges", () => [ones(2, 3, 3), full([2, 3, 3], 3, ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null)),
        Given("int32 edge types", "edges", () => [ones(2, 3, 3), zeros([2, 3, 3], ScalarType.Int32)], (m, x) => m.call(x[0], x[1], null)),
        Given("a mask of numbers", "mask", () => [ones(2, 3, 3), ones(2, 3, 3, 2), ones(2, 3)], (m, x) => m.call(x[0], x[1], x[2])),
        Given("a mask of another shape", "mask", () => [ones(2, 3, 3), ones(2, 3, 3, 2), ones(2, 4, dtype: ScalarType.Bool)], (m, x) => m.call(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<GraphCase>, GraphCase>> ModelLaws =>
    [
        Own("renumbering the nodes renumbers the result", "Neighbours are a set: in another order the nodes learn the same.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var order = c.Renumbering();
            Tensor[] inputs = [.. Renumbered(drawn[..^1], order), drawn[^1]];
            return Comparison.Same("nodes", Call(op, c, inputs)[0], Call(op, c, drawn)[0].index_select(1, order), Tolerance);
        }),
        Own("a node hears its neighbours and nobody else", "What stands at a node without an edge to i does not change i.", (op, c) =>
        {
            if (c.N < 3)
                return Verdict.DoesNotApply;
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            drawn[1] = drawn[1].clone();
            drawn[1].select(1, 0).select(1, 1).zero_();
            var other = drawn.ToArray();
            other[0] = drawn[0].clone();
            other[0].select(1, 1).add_(5);
            return Comparison.Same("node 0", Call(op, c, other)[0].select(1, 0), Call(op, c, drawn)[0].select(1, 0), new Tolerance(0, 0));
        }),
        Own("a copy of the neighbours is counted by the sum alone", "Twice the neighbours: the sum doubles, mean and maximum do not see it.", (_, c) =>
        {
            var (layer, x) = Drawn(c with { Masked = false, B = 1, Beside = Beside.Weights });
            using var kept = layer;
            var around = x[1].narrow(1, 0, 1);                        // of node 0 to all
            var nodes = cat([x[0], x[0].narrow(1, 1, c.N - 1)], 1);
            var edges = zeros([1, 2 * c.N - 1, 2 * c.N - 1, c.E], x[1].dtype);
            edges[0, 0, ..c.N] = around[0, 0];
            edges[0, 0, c.N..] = around[0, 0, 1..];
            var twice = layer.call(nodes, edges, null)[0, 0];
            var once = layer.call(x[0], c.Aggregation == Aggregation.Sum ? 2 * x[1] : x[1], null)[0, 0];
            return Comparison.Same("node 0", twice, once, Tolerance);
        }),
    ];
}
