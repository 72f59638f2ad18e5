using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using EdgeSet = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, Lab.Core.Metrics.EdgeScores>;
using Edits = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Metrics.GraphEdits>;

namespace Lab.Specs.Graphs;

/// <summary>Two graphs, or the relations that hold and their scores.</summary>
public sealed record GraphPairCase : Case
{
    /// <summary>Pairs of graphs.</summary>
    public int B { get; init; } = 1;

    /// <summary>Nodes.</summary>
    public int N { get; init; } = 2;

    /// <summary>Types of edges, or relations.</summary>
    public int E { get; init; } = 2;

    /// <summary>Whether some nodes are padding.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether the op sees nodes.</summary>
    public bool Nodes { get; init; }

    /// <summary>How many relations are shown; 0 where the op compares graphs.</summary>
    public int K { get; init; }

    /// <summary>How many outputs the op has.</summary>
    public int Outputs { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [.. Enumerable.Repeat(0, Outputs)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        Argument[] mask = Masked ? [new("mask", Numbers(4).Mask(0.7, B, N)) { BatchDim = 0 }] : [];
        if (K > 0)
            return
            [
                new("scores", Numbers().Reals(B, N, N, E)) { BatchDim = 0, ExtremesOfValue = [1e4, double.NegativeInfinity, double.PositiveInfinity] },
                new("relations", Numbers(1).Mask(0.4, B, N, N, E)) { BatchDim = 0 }, .. mask,
            ];
        var (one, other) = (GraphCase.RandomEdges(Numbers(), E, B, N), GraphCase.RandomEdges(Numbers(1), E, B, N));
        return Nodes
            ?
            [
                new("nodes", Numbers(2).Indices(4, B, N) - 1) { BatchDim = 0 }, new("edges", one) { BatchDim = 0 },
                new("otherNodes", Numbers(3).Indices(4, B, N) - 1) { BatchDim = 0 }, new("otherEdges", other) { BatchDim = 0 },
            ]
            : [new("predicted", one) { BatchDim = 0 }, new("edges", other) { BatchDim = 0 }, .. mask];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (E > 1)
            yield return this with { E = E - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Masked)
            yield return this with { Masked = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<GraphPairCase> Any =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(1, 5)
        from e in Gen.Choose(1, 3)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new GraphPairCase { B = b, N = n, E = e, Masked = masked, Scale = scale, Seed = seed };
}

/// <summary>What the specs of counts on graphs share.</summary>
public abstract class GraphMetricSpec<TOp> : Spec<TOp, GraphPairCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public sealed override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public sealed override bool HasPadding => !SeesNodes;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    private protected virtual bool SeesNodes => false;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Argument>? DisturbPadding(GraphPairCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.FirstOrDefault(a => a.Name == "mask")?.Value is not { } mask)
            return null;
        var pairs = mask.unsqueeze(1).logical_and(mask.unsqueeze(2));
        return [.. arguments.Select(a => a.Name switch
        {
            "mask" => a,
            "scores" => a.With(where(pairs.unsqueeze(3), a.Value, full_like(a.Value, double.NaN))),
            "relations" => a.With(a.Value.logical_or(pairs.logical_not().unsqueeze(3))),
            _ => a.With(where(pairs, a.Value, full_like(a.Value, -3))),
        })];
    }

    private protected static Tensor Edge(long type = 1) => tensor(new[,] { { 0, type }, { type, 0 } }).unsqueeze(0);
}

/// <summary>The counts of edges found against sets of (i, j, type).</summary>
public sealed class EdgeSetSpec : GraphMetricSpec<EdgeSet>
{
    /// <inheritdoc/>
    public override EdgeSet Op => Metric.EdgeSet;

    /// <inheritdoc/>
    public override EdgeSet Oracle => (predicted, edges, mask) =>
    {
        var counts = Enumerable.Range(0, (int)edges.size(0)).Select(b =>
        {
            var (put, there) = (Set(predicted[b], mask?[b]), Set(edges[b], mask?[b]));
            var hit = (double)put.Intersect(there).Count();
            var (fp, fn) = (put.Count - hit, there.Count - hit);
            return (Tp: hit, Fp: fp, Fn: fn, F1: hit + fp + fn == 0 ? 1 : hit / (hit + (fp + fn) / 2));
        }).ToArray();
        return new(
            tensor(counts.Select(c => c.Tp).ToArray()), tensor(counts.Select(c => c.Fp).ToArray()), tensor(counts.Select(c => c.Fn).ToArray()),
            tensor(counts.Select(c => c.F1).ToArray()));

        static HashSet<(int, int, long)> Set(Tensor edges, Tensor? mask) =>
        [
            .. from i in Enumerable.Range(0, (int)edges.size(0))
               from j in Enumerable.Range(0, i)
               where mask is null || (mask[i].ToBoolean() && mask[j].ToBoolean())
               let type = edges[i, j].ToInt64()
               where type != 0
               select (i, j, type),
        ];
    };

    /// <inheritdoc/>
    public override Gen<GraphPairCase> Cases => GraphPairCase.Any.Select(c => c with { Outputs = 4 });

    /// <inheritdoc/>
    public override Tensor[] Call(EdgeSet op, GraphPairCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        var (tp, fp, fn, f1) = op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2));
        return [tp, fp, fn, f1];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<EdgeSet>> BadInputs =>
    [
        new("null for predicted", "predicted", () => [Edge()], (op, x) => op(null!, x[0], null)),
        new("int32 edges put out", "predicted", () => [zeros([1, 2, 2], ScalarType.Int32), Edge()], (op, x) => op(x[0], x[1], null)),
        new("edges put out that are not square", "predicted", () => [zeros([1, 2, 3], ScalarType.Int64), Edge()], (op, x) => op(x[0], x[1], null)),
        new("edges put out that are not symmetric", "predicted", () => [Edge().triu(1), Edge()], (op, x) => op(x[0], x[1], null)),
        new("a loop put out", "predicted", () => [ones([1, 2, 2], ScalarType.Int64), Edge()], (op, x) => op(x[0], x[1], null)),
        new("null for edges", "edges", () => [Edge()], (op, x) => op(x[0], null!, null)),
        new("edges of other graphs", "edges", () => [Edge(), zeros([1, 3, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1], null)),
        new("a negative type", "edges", () => [Edge(), Edge(-1)], (op, x) => op(x[0], x[1], null)),
        new("a mask of numbers", "mask", () => [Edge(), Edge(), ones(1, 2)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<EdgeSet, GraphPairCase>> OwnLaws =>
    [
        Own("a graph finds itself", "F1 of a graph with itself is 1, and nothing is missed or too much; exchanged, FP and FN change places.", (op, c) =>
        {
            var x = c.Draw();
            var (same, there, back) = (op(x[0].Value, x[0].Value, null), op(x[0].Value, x[1].Value, null), op(x[1].Value, x[0].Value, null));
            return Comparison.Same("F1", same.F1, ones_like(same.F1), new Tolerance(0, 0))
                .Then(() => Comparison.Same("false positives", back.FalsePositives, there.FalseNegatives, new Tolerance(0, 0)))
                .Then(() => Comparison.Same("F1", back.F1, there.F1, new Tolerance(0, 0)));
        }),
    ];
}

/// <summary>The counts of edits against loops over plain numbers.</summary>
public sealed class GraphEditsSpec : GraphMetricSpec<Edits>
{
    private protected override bool SeesNodes => true;

    /// <inheritdoc/>
    public override Edits Op => Metric.Edits;

    /// <inheritdoc/>
    public override Edits Oracle => (nodes, edges, otherNodes, otherEdges) =>
    {
        var counts = new long[7, nodes.size(0)];
        for (var b = 0; b < nodes.size(0); b++)
            for (var i = 0; i < nodes.size(1); i++)
            {
                Count(b, 0, nodes[b, i].ToInt64(), otherNodes[b, i].ToInt64(), none: -1);
                for (var j = 0; j < i; j++)
                    Count(b, 3, edges[b, i, j].ToInt64(), otherEdges[b, i, j].ToInt64(), none: 0);
            }
        var rows = tensor(counts);
        return new(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6]);

        void Count(int b, int kind, long before, long after, long none)
        {
            if (before == after)
                return;
            counts[kind + (before == none ? 1 : after == none ? 2 : 0), b]++;
            counts[6, b]++;
        }
    };

    /// <inheritdoc/>
    public override Gen<GraphPairCase> Cases => GraphPairCase.Any.Select(c => c with { Outputs = 7, Nodes = true, Masked = false });

    /// <inheritdoc/>
    public override Tensor[] Call(Edits op, GraphPairCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        var edits = op(arguments[0], arguments[1], arguments[2], arguments[3]);
        return [edits.NodesChanged, edits.NodesAdded, edits.NodesRemoved, edits.EdgesChanged, edits.EdgesAdded, edits.EdgesRemoved, edits.Total];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Edits>> BadInputs =>
    [
        new("null for nodes", "nodes", () => [Edge()], (op, x) => op(null!, x[0], null!, x[0])),
        new("int32 nodes", "nodes", () => [zeros([1, 2], ScalarType.Int32), Edge()], (op, x) => op(x[0], x[1], x[0], x[1])),
        new("a type below -1", "nodes", () => [full([1, 2], -2, ScalarType.Int64), Edge()], (op, x) => op(x[0], x[1], x[0], x[1])),
        new("edges that are not symmetric", "edges", () => [Types(), Edge().triu(1)], (op, x) => op(x[0], x[1], x[0], x[1])),
        new("null for other nodes", "otherNodes", () => [Types(), Edge()], (op, x) => op(x[0], x[1], null!, x[1])),
        new("more other nodes", "otherNodes", () => [Types(), Edge(), zeros([1, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1], x[2], x[1])),
        new("null for other edges", "otherEdges", () => [Types(), Edge()], (op, x) => op(x[0], x[1], x[0], null!)),
        new("other edges with a loop", "otherEdges", () => [Types(), Edge(), ones([1, 2, 2], ScalarType.Int64)], (op, x) => op(x[0], x[1], x[0], x[2])),
    ];

    private static Tensor Types() => zeros([1, 2], ScalarType.Int64);

    /// <inheritdoc/>
    public override IEnumerable<Law<Edits, GraphPairCase>> OwnLaws =>
    [
        Own("there and back is as far", "Exchanged, what was added is removed; the total is a distance: 0 to itself, and no shorter way leads over a third graph.", (op, c) =>
        {
            var (x, third) = (c.Draw().Select(a => a.Value).ToArray(), (c with { Seed = c.Seed / 2 }).Draw().Select(a => a.Value).ToArray());
            var (there, back) = (op(x[0], x[1], x[2], x[3]), op(x[2], x[3], x[0], x[1]));
            var over = op(x[0], x[1], third[0], third[1]).Total + op(third[0], third[1], x[2], x[3]).Total;
            return Comparison.Same("nodes removed", back.NodesRemoved, there.NodesAdded, new Tolerance(0, 0))
                .Then(() => Comparison.Same("total", back.Total, there.Total, new Tolerance(0, 0)))
                .Then(() => Comparison.Same("total to itself", op(x[0], x[1], x[0], x[1]).Total, zeros(c.B, dtype: ScalarType.Int64), new Tolerance(0, 0)))
                .Then(() => Verdict.Require(there.Total.le(over).all().ToBoolean(), "A way over a third graph is shorter."));
        }),
    ];
}
