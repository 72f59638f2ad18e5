using FsCheck;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Criterion = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, TorchSharp.torch.Tensor>;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Labs;

/// <summary>GIoU of every query with every target, against corners pair by pair.</summary>
public sealed class PairGIoUSpec : LabSpec<Func<Tensor, Tensor, Tensor>, SetCase>
{
    internal static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (boxes.unsqueeze(1), targets.unsqueeze(0));
        var (lowA, highA, lowB, highB) = (Low(a), High(a), Low(b), High(b));
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).clamp_min(0).prod(2);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(2);
        var union = a.narrow(2, 2, 2).prod(2) + b.narrow(2, 2, 2).prod(2) - common;
        return (common / union - (hull - union) / hull).MoveToOuterDisposeScope();

        static Tensor Low(Tensor x) => x.narrow(2, 0, 2) - x.narrow(2, 2, 2) / 2;
        static Tensor High(Tensor x) => x.narrow(2, 0, 2) + x.narrow(2, 2, 2) / 2;
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => PairGIoU;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (boxes, targets) =>
    {
        var (q, n) = ((int)boxes.size(0), (int)targets.size(0));
        return q * n == 0
            ? zeros(q, n, dtype: boxes.dtype)
            : stack([.. from i in Enumerable.Range(0, q) from j in Enumerable.Range(0, n) select One(boxes[i], targets[j])]).reshape(q, n);

        static Tensor One(Tensor a, Tensor b)
        {
            var (shared, around) = (Side(a, b, 0, true), Side(a, b, 0, false));
            var (shared2, around2) = (Side(a, b, 1, true), Side(a, b, 1, false));
            var common = shared * shared2;
            var union = a[2] * a[3] + b[2] * b[3] - common;
            return common / union - 1 + union / (around * around2);
        }

        static Tensor Side(Tensor a, Tensor b, int axis, bool shared)
        {
            var (low1, high1) = (a[axis] - 0.5 * a[axis + 2], a[axis] + 0.5 * a[axis + 2]);
            var (low2, high2) = (b[axis] - 0.5 * b[axis + 2], b[axis] + 0.5 * b[axis + 2]);
            Tensor Larger(Tensor x, Tensor y) => x.ToDouble() >= y.ToDouble() ? x : y;
            Tensor Smaller(Tensor x, Tensor y) => x.ToDouble() >= y.ToDouble() ? y : x;
            var side = shared ? Smaller(high1, high2) - Larger(low1, low2) : Larger(high1, high2) - Smaller(low1, low2);
            return shared && side.ToDouble() < 0 ? side * 0 : side;
        }
    };

    /// <inheritdoc/>
    public override Gen<SetCase> Cases => SetCase.Any(c => [c.Boxes("boxes", 0, c.Q), c.Boxes("targets", 2, c.N)]);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <summary>No: boxes have sides that are positive and not large.</summary>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool SmoothAt(SetCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, SetCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, SetCase>> OwnLaws =>
    [
        Own("a box with itself is 1", "The diagonal of a set of boxes with itself is 1, and nothing is above 1 or below -1.", (op, c) =>
        {
            var boxes = c.Draw()[0].Value;
            var all = op(boxes, boxes);
            return Comparison.Same("diagonal", all.diagonal(), ones(c.Q, dtype: ScalarType.Float64), Tolerance)
                .Then(() => Verdict.Require((all.abs() <= 1 + 1e-9).all().ToBoolean(), "A similarity lies outside [-1, 1]."));
        }),
        Own("boxes that do not touch still say how far", "Two unit squares 2 apart score -1/3, and 8 apart -7/9: nearer is better.", (op, _) =>
        {
            var boxes = tensor(new[,] { { 0.5, 0.5, 1, 1 } });
            var others = tensor(new[,] { { 2.5, 0.5, 1, 1 }, { 8.5, 0.5, 1, 1 } });
            return Comparison.Same("result", op(boxes, others), tensor(new[,] { { -1.0 / 3, -7.0 / 9 } }), Tolerance)
                .On([new("boxes", boxes), new("targets", others)]);
        }) with { Cases = 1 },
    ];
}

/// <summary>Which query each target is given to, against trying every way.</summary>
public sealed class CheapestMatchSpec : LabSpec<Func<Tensor, Tensor>, SetCase>
{
    /// <summary>Kuhn's way: targets one after the other, each along the path that costs least more, with prices of both sides.</summary>
    private static Tensor CheapestMatch(Tensor costs)
    {
        var (queries, targets, table) = ((int)costs.size(0), (int)costs.size(1), Table(costs));
        var (priceOfTarget, priceOfQuery, owner) = (new double[targets + 1], new double[queries + 1], new int[queries + 1]);     // 0 is nobody
        for (var target = 1; target <= targets; target++)
        {
            owner[0] = target;
            var (at, least, from, seen) = (0, new double[queries + 1], new int[queries + 1], new bool[queries + 1]);
            Array.Fill(least, double.PositiveInfinity);
            do
            {
                seen[at] = true;
                var (step, next) = (double.PositiveInfinity, 0);
                for (var q = 1; q <= queries; q++)
                {
                    if (seen[q])
                        continue;
                    var more = table[q - 1][owner[at] - 1] - priceOfTarget[owner[at]] - priceOfQuery[q];
                    if (more < least[q])
                        (least[q], from[q]) = (more, at);
                    if (least[q] < step)
                        (step, next) = (least[q], q);
                }
                for (var q = 0; q <= queries; q++)
                {
                    if (seen[q])
                        (priceOfTarget[owner[q]], priceOfQuery[q]) = (priceOfTarget[owner[q]] + step, priceOfQuery[q] - step);
                    else
                        least[q] -= step;
                }
                at = next;
            }
            while (owner[at] != 0);
            for (; at != 0; at = from[at])
                owner[at] = owner[from[at]];
        }
        return tensor(Enumerable.Range(1, targets).Select(target => (long)Array.IndexOf(owner, target, 1) - 1).ToArray(), ScalarType.Int64);
    }

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => CheapestMatch;

    /// <summary>Subset by subset: the cheapest way to give the first targets to a set of queries.</summary>
    public override Func<Tensor, Tensor> Oracle => costs =>
    {
        var (q, n, table) = ((int)costs.size(0), (int)costs.size(1), Table(costs));
        var best = new Dictionary<int, (double Cost, long[] Way)> { [0] = (0, []) };
        for (var target = 0; target < n; target++)
            best = best.SelectMany(from => Enumerable.Range(0, q).Where(i => (from.Key >> i & 1) == 0)
                    .Select(i => (Set: from.Key | 1 << i, Cost: from.Value.Cost + table[i][target], Way: (long[])[.. from.Value.Way, i])))
                .GroupBy(x => x.Set).ToDictionary(same => same.Key, same => same.Select(x => (x.Cost, x.Way)).MinBy(x => x.Cost));
        return tensor(best.Values.MinBy(x => x.Cost).Way, ScalarType.Int64);
    };

    /// <inheritdoc/>
    public override Gen<SetCase> Cases => SetCase.Any(c => [c.Costs()]);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <summary>What the match costs: of equals any will do.</summary>
    public override Tensor[] Call(Func<Tensor, Tensor> op, SetCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        var match = op(arguments[0]);
        return [tensor(Cost(Table(arguments[0]), Checked(match, @case.Q, @case.N))).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, SetCase>> OwnLaws =>
    [
        Own("taking the cheapest first is not enough", "Of the costs [[1, 2], [2, 9]] the match is queries 1 and 0, at 4 in all: greedy pays 10.", (op, _) =>
        {
            var costs = tensor(new double[,] { { 1, 2 }, { 2, 9 } });
            return Comparison.Same("match", op(costs), tensor([1L, 0L]), Exactly).On([new("costs", costs)]);
        }) with { Cases = 1 },
        Own("the order of the queries does not matter", "With the queries in another order the match is the same, renamed.", (op, c) =>
        {
            var costs = c.Draw()[0].Value;
            var flipped = c.Q - 1 - op(costs.flip(0));
            return Comparison.Same("cost", tensor(Cost(Table(costs), Checked(flipped, c.Q, c.N))), tensor(Cost(Table(costs), Checked(op(costs), c.Q, c.N))), Tolerance);
        }),
        Own("forty by forty can be matched", "Where a match of cost 0 is hidden among positive costs, it is found.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var hidden = randperm(40, generator: generator);
            var potentials = rand([40, 1], dtype: ScalarType.Float64, generator: generator) - rand([1, 40], dtype: ScalarType.Float64, generator: generator);
            var slack = rand([40, 40], dtype: ScalarType.Float64, generator: generator) + 0.01;
            slack.scatter_(0, hidden.unsqueeze(0), zeros(1, 40, dtype: ScalarType.Float64));
            return Comparison.Same("match", op(slack + potentials), hidden, Exactly);
        }) with { Cases = 2 },
    ];

    private static long[] Checked(Tensor match, int queries, int targets)
    {
        if (match.dtype != ScalarType.Int64 || match.dim() != 1 || match.size(0) != targets)
            throw new InvalidOperationException($"a match must be int64 [{targets}], got {match.dtype} [{string.Join(", ", match.shape)}].");
        var way = targets == 0 ? [] : match.contiguous().data<long>().ToArray();
        return way.All(i => i >= 0 && i < queries) && way.Distinct().Count() == way.Length
            ? way
            : throw new InvalidOperationException($"a match names different queries in [0, {queries}), got {string.Join(", ", way)}.");
    }

    private static double Cost(double[][] table, long[] way) => way.Select((query, target) => table[query][target]).Sum();

    private static double[][] Table(Tensor costs) => [.. Enumerable.Range(0, (int)costs.size(0)).Select(i =>
        costs.size(1) == 0 ? Array.Empty<double>() : costs[i].detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray())];
}

/// <summary>What a match costs to train by, against a sum over queries.</summary>
public sealed class SetLossSpec : LabSpec<Criterion, SetCase>
{
    private static Tensor SetLoss(Tensor logits, Tensor boxes, Tensor labels, Tensor targets, Tensor match, double noObject)
    {
        using var scope = NewDisposeScope();
        var none = logits.size(1) - 1;
        var classes = full([logits.size(0)], none, dtype: ScalarType.Int64).scatter(0, match, labels);
        var weight = ones(none + 1, dtype: logits.dtype);
        weight[none] = noObject;
        var byClass = F.cross_entropy(logits, classes, weight);
        var found = boxes.index_select(0, match);
        var apart = (found - targets).abs().sum();
        var unlike = (1 - PairGIoUSpec.PairGIoU(found, targets).diagonal()).sum();
        return (byClass + (5 * apart + 2 * unlike) / Math.Max(1, targets.size(0))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Criterion Op => SetLoss;

    /// <inheritdoc/>
    public override Criterion Oracle => (logits, boxes, labels, targets, match, noObject) =>
    {
        var (none, queries) = ((int)logits.size(1) - 1, (int)logits.size(0));
        var given = Enumerable.Range(0, (int)match.size(0)).ToDictionary(j => match[j].ToInt64(), j => j);
        var (sum, mass, places) = (zeros([], dtype: logits.dtype), 0.0, zeros([], dtype: logits.dtype));
        for (var i = 0; i < queries; i++)
        {
            var label = given.TryGetValue(i, out var j) ? labels[j].ToInt64() : none;
            var weight = label == none ? noObject : 1;
            (sum, mass) = (sum + weight * (logits[i].logsumexp(0) - logits[i, label]), mass + weight);
            if (label == none)
                continue;
            var unlike = 1 - new PairGIoUSpec().Oracle(boxes[i].unsqueeze(0), targets[j].unsqueeze(0)).squeeze();
            places = places + 5 * (boxes[i] - targets[j]).abs().sum() + 2 * unlike;
        }
        return sum / mass + places / Math.Max(1, given.Count);
    };

    /// <inheritdoc/>
    public override Gen<SetCase> Cases =>
        SetCase.Any(c => [c.Logits(), c.Boxes("boxes", 0, c.Q), c.Labels(), c.Boxes("targets", 2, c.N) with { Differentiable = false }, c.Match()]);

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool SmoothAt(SetCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tensor[] Call(Criterion op, SetCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], @case.Tenths / 10.0)];

    /// <inheritdoc/>
    public override IEnumerable<Law<Criterion, SetCase>> OwnLaws =>
    [
        Own("the order of the targets does not matter", "Targets, labels and match in reverse order cost the same.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            return Comparison.Same("loss", Call(op, c, [x[0], x[1], x[2].flip(0), x[3].flip(0), x[4].flip(0)])[0], Call(op, c, x)[0], Tolerance);
        }),
        Own("an empty image teaches that nothing is there", "Without targets the loss is the cross-entropy of \"no object\", and a number.", (op, c) =>
        {
            var none = (c with { N = 0 }).Draw().Select(a => a.Value).ToArray();
            var expected = F.cross_entropy(none[0], full([c.Q], c.K, dtype: ScalarType.Int64));
            return Comparison.Same("loss", Call(op, c, none)[0], expected, Tolerance);
        }),
    ];
}
