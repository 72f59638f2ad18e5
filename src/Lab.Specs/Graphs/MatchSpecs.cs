using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Aligned = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using F = TorchSharp.torch.nn.functional;
using Matched = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Graphs.GraphMatch>;

namespace Lab.Specs.Graphs;

/// <summary>The loss of one graph for one order, by the library's cross-entropy, part by part.</summary>
internal static class OneOrder
{
    public static Tensor Loss(Tensor nodeLogits, Tensor edgeLogits, Tensor nodes, Tensor edges, IReadOnlyList<int> order, int b)
    {
        var total = zeros([], nodeLogits.dtype);
        for (var i = 0; i < order.Count; i++)
        {
            total = total + F.cross_entropy(nodeLogits[b, i].unsqueeze(0), nodes[b, order[i]].reshape(1));
            for (var j = i + 1; j < order.Count; j++)
                total = total + F.cross_entropy(((edgeLogits[b, i, j] + edgeLogits[b, j, i]) / 2).unsqueeze(0), edges[b, order[i], order[j]].reshape(1));
        }
        return total;
    }

    /// <summary>All orders, by putting the next number into every gap of the shorter ones.</summary>
    public static IEnumerable<int[]> All(int count) => count == 0 ? [[]] :
        from shorter in All(count - 1)
        from gap in Enumerable.Range(0, count)
        select (int[])[.. shorter[..gap], count - 1, .. shorter[gap..]];

    public static IEnumerable<BadInput<TOp>> BadInputs<TOp>(Action<TOp, Tensor, Tensor, Tensor, Tensor> call)
        where TOp : Delegate
    {
        return
        [
            new("null for node logits", "nodeLogits", Usual, (op, x) => call(op, null!, x[1], x[2], x[3])),
            Bad("integer node logits", "nodeLogits", x => x[0] = ones([1, 2, 3], ScalarType.Int64)),
            Bad("node logits of rank 2", "nodeLogits", x => x[0] = ones(2, 3)),
            Bad("no types", "nodeLogits", x => x[0] = ones(1, 2, 0)),
            new("null for edge logits", "edgeLogits", Usual, (op, x) => call(op, x[0], null!, x[2], x[3])),
            Bad("edge logits of other graphs", "edgeLogits", x => x[1] = ones(1, 3, 3, 2)),
            Bad("edge logits of another dtype", "edgeLogits", x => x[1] = ones([1, 2, 2, 2], ScalarType.Float64)),
            Bad("edge logits on another device", "edgeLogits", x => x[1] = ones([1, 2, 2, 2], device: META)),
            new("null for nodes", "nodes", Usual, (op, x) => call(op, x[0], x[1], null!, x[3])),
            Bad("more nodes", "nodes", x => x[2] = zeros([1, 3], ScalarType.Int64)),
            Bad("a type that there is not", "nodes", x => x[2] = full([1, 2], 3, ScalarType.Int64)),
            Bad("int32 nodes", "nodes", x => x[2] = zeros([1, 2], ScalarType.Int32)),
            new("null for edges", "edges", Usual, (op, x) => call(op, x[0], x[1], x[2], null!)),
            Bad("an edge type that there is not", "edges", x => x[3] = tensor(new long[,] { { 0, 2 }, { 2, 0 } }).unsqueeze(0)),
            Bad("edges that are not symmetric", "edges", x => x[3] = tensor(new long[,] { { 0, 1 }, { 0, 0 } }).unsqueeze(0)),
        ];

        BadInput<TOp> Bad(string description, string parameter, Action<Tensor[]> spoil) => new(
            description, parameter,
            () =>
            {
                var x = Usual();
                spoil(x);
                return x;
            },
            (op, x) => call(op, x[0], x[1], x[2], x[3]));
    }

    private static Tensor[] Usual() => [ones(1, 2, 3), ones(1, 2, 2, 2), zeros([1, 2], ScalarType.Int64), zeros([1, 2, 2], ScalarType.Int64)];
}

/// <summary>A graph's loss in one order, part by part.</summary>
public sealed class AlignedCrossEntropySpec : Spec<Aligned, TargetGraphCase>
{
    /// <inheritdoc/>
    public override Aligned Op => Graph.AlignedCrossEntropy;

    /// <inheritdoc/>
    public override Aligned Oracle => (nodeLogits, edgeLogits, nodes, edges, order) => stack([.. Enumerable.Range(0, (int)nodes.size(0)).Select(b =>
        OneOrder.Loss(nodeLogits, edgeLogits, nodes, edges, [.. Enumerable.Range(0, (int)nodes.size(1)).Select(i => order is null ? i : (int)order[b, i].ToInt64())], b))]);

    /// <inheritdoc/>
    public override Gen<TargetGraphCase> Cases =>
        from c in TargetGraphCase.Any
        from ordered in Gen.Elements(false, true, true)
        select c with { Ordered = ordered };

    /// <inheritdoc/>
    public override Tensor[] Call(Aligned op, TargetGraphCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments.ElementAtOrDefault(4))];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Aligned>> BadInputs =>
    [
        .. OneOrder.BadInputs<Aligned>((op, a, b, c, d) => op(a, b, c, d, null)),
        new("int32 order", "order", () => With(zeros([1, 2], ScalarType.Int32)), Use),
        new("an order of three", "order", () => With(tensor(new long[,] { { 0, 1, 2 } })), Use),
        new("an order that names a node twice", "order", () => With(tensor(new long[,] { { 1, 1 } })), Use),
        new("an order on another device", "order", () => With(zeros([1, 2], ScalarType.Int64, META)), Use),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Aligned, TargetGraphCase>> OwnLaws =>
    [
        Own("an order is that order of the target", "The loss for an order is that of the target whose nodes were put in this order.", (op, c) =>
        {
            var (x, order) = (c.Draw().Select(a => a.Value).ToArray(), c.Renumbering());
            return Comparison.Same(
                "loss", op(x[0], x[1], x[2], x[3], order.expand(c.B, -1)),
                op(x[0], x[1], TargetGraphCase.Renumbered(x[2], order, false), TargetGraphCase.Renumbered(x[3], order, true), null), Tolerance);
        }),
    ];

    private static Tensor[] With(Tensor order) => [ones(1, 2, 3), ones(1, 2, 2, 2), zeros([1, 2], ScalarType.Int64), zeros([1, 2, 2], ScalarType.Int64), order];

    private static void Use(Aligned op, Tensor[] x) => op(x[0], x[1], x[2], x[3], x[4]);
}

/// <summary>The loss in the best order against a loop over all orders.</summary>
public sealed class MatchByEnumerationSpec : Spec<Matched, TargetGraphCase>
{
    /// <inheritdoc/>
    public override Matched Op => Graph.MatchByEnumeration;

    /// <inheritdoc/>
    public override Matched Oracle => (nodeLogits, edgeLogits, nodes, edges) =>
    {
        var costs = new List<Tensor>();
        for (var b = 0; b < nodes.size(0); b++)
        {
            var all = stack([.. OneOrder.All((int)nodes.size(1)).Select(order => OneOrder.Loss(nodeLogits, edgeLogits, nodes, edges, order, b))]);
            costs.Add(all[all.detach().argmin()]);
        }
        return new(nodes.alias(), stack(costs));
    };

    /// <inheritdoc/>
    public override Gen<TargetGraphCase> Cases =>
        from c in TargetGraphCase.Any
        from n in Gen.Choose(1, 3)
        select c with { N = n, B = Math.Min(c.B, 2), Scale = Math.Max(c.Scale, 0.5), Extremes = [], ExtremesOfValue = [1e4, -1e4] };

    /// <inheritdoc/>
    public override bool SmoothAt(TargetGraphCase @case) =>
        @case.Scale > 0 && @case.Decimals is null;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;             // rounding chooses another order

    /// <inheritdoc/>
    public override Tensor[] Call(Matched op, TargetGraphCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        var match = op(arguments[0], arguments[1], arguments[2], arguments[3]);
        match.Order.Dispose();                                    // of orders that are as good another may be found
        return [match.Cost];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Matched>> BadInputs =>
    [
        .. OneOrder.BadInputs<Matched>((op, a, b, c, d) => op(a, b, c, d)),
        new("nine nodes", "nodes", () => [ones(1, 9, 2), ones(1, 9, 9, 2), zeros([1, 9], ScalarType.Int64), zeros([1, 9, 9], ScalarType.Int64)],
            (op, x) => op(x[0], x[1], x[2], x[3])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Matched, TargetGraphCase>> OwnLaws =>
    [
        .. MatchLaws.Of<Matched>((op, c, x) => op(x[0], x[1], x[2], x[3]), Tolerance),
        Own("no two nodes are better exchanged", "In a graph of five nodes, exchanging any two in the order found costs no less; nor does an order that is drawn.", (op, c) =>
        {
            var five = c with { N = 5, B = 1 };
            var x = five.Draw().Select(a => a.Value).ToArray();
            var match = op(x[0], x[1], x[2], x[3]);
            var others = from i in Enumerable.Range(0, 5)
                         from j in Enumerable.Range(0, i)
                         let swapped = arange(5).index_copy(0, tensor([(long)i, j]), tensor([(long)j, i]))
                         select match.Order.index_select(1, swapped);
            return Verdict.Require(
                others.Append(five.Renumbering().unsqueeze(0)).All(order => Graph.AlignedCrossEntropy(x[0], x[1], x[2], x[3], order).ge(match.Cost - 1e-9).all().ToBoolean()),
                "Another order costs less.");
        }) with { Cases = 50 },
    ];
}
