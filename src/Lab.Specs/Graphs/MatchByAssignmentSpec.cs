using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Assigned = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, int, Lab.Core.Graphs.GraphMatch>;

namespace Lab.Specs.Graphs;

/// <summary>The loss after assigning nodes against looking at all assignments.</summary>
public sealed class MatchByAssignmentSpec : Spec<Assigned, TargetGraphCase>
{
    /// <inheritdoc/>
    public override Assigned Op => Graph.MatchByAssignment;

    /// <inheritdoc/>
    public override Assigned Oracle => (nodeLogits, edgeLogits, nodes, edges, rounds) =>
    {
        var costs = new List<Tensor>();
        for (var b = 0; b < nodes.size(0); b++)
        {
            var (count, row) = ((int)nodes.size(1), b);
            var node = -nodeLogits[row].detach().log_softmax(1);
            var edge = -((edgeLogits[row] + edgeLogits[row].transpose(0, 1)).detach() / 2).log_softmax(2);
            var best = Cheapest((i, k) => Node(i, k) + Others(i).Sum(j => Others(k).Sum(l => Edge(i, j, k, l))) / Math.Max(count - 1, 1));
            var loss = OneOrder.Loss(nodeLogits, edgeLogits, nodes, edges, best, row);
            for (var round = 0; round < rounds; round++)
            {
                var so = best;
                var other = Cheapest((i, k) => Node(i, k) + Others(i).Sum(j => Edge(i, j, k, so[j])));
                var its = OneOrder.Loss(nodeLogits, edgeLogits, nodes, edges, other, row);
                if (its.ToDouble() < loss.ToDouble())
                    (best, loss) = (other, its);
            }
            costs.Add(loss);

            int[] Cheapest(Func<int, int, double> cost) => OneOrder.All(count).MinBy(order => order.Select((k, i) => cost(i, k)).Sum())!;
            IEnumerable<int> Others(int i) => Enumerable.Range(0, count).Where(j => j != i);
            double Node(int i, int k) => node[i, nodes[row, k].ToInt64()].ToDouble();
            double Edge(int i, int j, int k, int l) => edge[i, j, edges[row, k, l].ToInt64()].ToDouble();
        }
        return new(nodes.alias(), stack(costs));
    };

    /// <inheritdoc/>
    public override Gen<TargetGraphCase> Cases =>
        from c in TargetGraphCase.Any
        from n in Gen.Choose(1, 3)
        from rounds in Gen.Choose(0, 2)
        select c with
        {
            N = n,
            A = n + c.A - 1,
            B = Math.Min(c.B, 2),
            Scale = Math.Max(c.Scale, 0.5),
            Distinct = true,
            Rounds = rounds,
            Extremes = [],
            ExtremesOfValue = [30, -30],
        };

    /// <inheritdoc/>
    public override bool SmoothAt(TargetGraphCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Scale > 0 && @case.Decimals is null;
    }

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;             // rounding chooses another order

    /// <inheritdoc/>
    public override Tensor[] Call(Assigned op, TargetGraphCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        var match = op(arguments[0], arguments[1], arguments[2], arguments[3], @case.Rounds);
        match.Order.Dispose();
        return [match.Cost];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Assigned>> BadInputs =>
    [
        .. OneOrder.BadInputs<Assigned>((op, a, b, c, d) => op(a, b, c, d, 0)),
        new("rounds below 0", "rounds", () => [ones(1, 2, 3), ones(1, 2, 2, 2), zeros([1, 2], ScalarType.Int64), zeros([1, 2, 2], ScalarType.Int64)],
            (op, x) => op(x[0], x[1], x[2], x[3], -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Assigned, TargetGraphCase>> OwnLaws =>
    [
        .. MatchLaws.Of<Assigned>((op, c, x) => op(x[0], x[1], x[2], x[3], c.Rounds), Tolerance),
        Own("it is never below the exact loss, and improves by rounds", "Enumeration finds an order that is as good or better; each round costs no more than the one before.", (op, c) =>
        {
            var x = (c with { Distinct = false }).Draw().Select(a => a.Value).ToArray();
            var costs = Enumerable.Range(0, 4).Select(rounds => op(x[0], x[1], x[2], x[3], rounds).Cost).ToArray();
            var exact = Graph.MatchByEnumeration(x[0], x[1], x[2], x[3]).Cost;
            return Verdict.Require(costs[^1].ge(exact - 1e-9).all().ToBoolean(), "An order that was found costs less than the best.")
                .Then(() => Verdict.Require(costs.Zip(costs.Skip(1)).All(p => p.Second.le(p.First + 1e-9).all().ToBoolean()), "A round made it worse."));
        }),
        Own("where edges tell nothing it is exact", "With edge logits that are all equal the nodes decide, and the best assignment is the best order.", (op, c) =>
        {
            var x = (c with { Distinct = false }).Draw().Select(a => a.Value).ToArray();
            return Comparison.Same("cost", op(x[0], zeros_like(x[1]), x[2], x[3], 0).Cost, Graph.MatchByEnumeration(x[0], zeros_like(x[1]), x[2], x[3]).Cost, Tolerance);
        }),
    ];
}

/// <summary>What every matching of graphs keeps.</summary>
internal static class MatchLaws
{
    public static IEnumerable<Law<TOp, TargetGraphCase>> Of<TOp>(Func<TOp, TargetGraphCase, Tensor[], GraphMatch> call, Tolerance tolerance)
        where TOp : Delegate
    {
        yield return new("the cost is that of the order", "The order is a permutation, and the cost is the graph's loss in this order.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var match = call(op, c, x);
            return Comparison.Same("sorted order", match.Order.sort(1).Values, arange(c.N).expand(c.B, -1), new Tolerance(0, 0))
                .Then(() => Comparison.Same("cost", match.Cost, Graph.AlignedCrossEntropy(x[0], x[1], x[2], x[3], match.Order), tolerance));
        });
        yield return new("renumbering the target changes nothing", "The target's nodes in another order give the same cost and the same gradient.", (op, c) =>
        {
            if (c.Decimals is not null)
                return Verdict.DoesNotApply;                      // ties, between which the numbering decides
            var (x, order) = (c.Draw().Select(a => a.Value).ToArray(), c.Renumbering());
            var (one, other) = (x[0].clone().requires_grad_(), x[0].clone().requires_grad_());
            var cost = call(op, c, [one, .. x[1..]]).Cost;
            var moved = call(op, c, [other, x[1], TargetGraphCase.Renumbered(x[2], order, false), TargetGraphCase.Renumbered(x[3], order, true)]).Cost;
            cost.sum().backward();
            moved.sum().backward();
            return Comparison.Same("cost", moved, cost, tolerance)
                .Then(() => Comparison.Same("gradient in nodeLogits", other.grad!, one.grad!, tolerance));
        });
    }
}
