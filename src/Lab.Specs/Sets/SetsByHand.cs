using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sets;

/// <summary>Costs of matching and losses of sets, pair by pair, and what all these ops refuse.</summary>
internal static class SetsByHand
{
    /// <summary>The cost of every pair.</summary>
    public static Tensor Costs(QueryOutput output, SetTargets targets, SetWeights? weights)
    {
        weights ??= new();
        var (B, Q, M) = ((int)output.Logits.size(0), (int)output.Logits.size(1), (int)targets.Labels.size(1));
        var (counts, labels) = (ClosedForm.Indices(targets.Counts), ClosedForm.Indices(targets.Labels));
        var (scores, got, wanted) = (Rows(output.Logits), Rows(output.Boxes), Rows(targets.Boxes));
        var overlaps = Q * M == 0 ? [] : ClosedForm.Numbers(BoxesByHand.AllPairs(
            Corners(output.Boxes.detach()).to(ScalarType.Float64), Corners(targets.Boxes).to(ScalarType.Float64), BoxSimilarity.Generalized));
        var costs = new double[B, Q, M];
        for (var b = 0; b < B; b++)
            for (var q = 0; q < Q; q++)
                for (var m = 0; m < counts[b]; m++)
                    costs[b, q, m] = weights.Class * ClassCost(scores[b * Q + q], (int)labels[b * M + m], weights)
                        + weights.Box * got[b * Q + q].Zip(wanted[b * M + m], (x, y) => Math.Abs(x - y)).Sum()
                        - weights.Overlap * overlaps[(b * Q + q) * M + m];
        return tensor(costs).to(output.Logits.dtype);

        static double[][] Rows(Tensor x) => [.. ClosedForm.Numbers(x).Chunk((int)x.size(-1))];
    }

    private static double ClassCost(double[] z, int label, SetWeights weights)
    {
        if (weights.Kind == ClassKind.Softmax)
            return -1 / z.Sum(other => Math.Exp(other - z[label]));
        var (logYes, logNo) = (-ClosedForm.SoftPlus(-z[label]), -ClosedForm.SoftPlus(z[label]));
        return -(weights.Alpha * Math.Exp(weights.Gamma * logNo) * logYes) + ((1 - weights.Alpha) * Math.Exp(weights.Gamma * logYes) * logNo);
    }

    /// <summary>The losses where it is known who answers for what: lists of pairs, and the library's weighted cross-entropy.</summary>
    public static SetLosses Losses(QueryOutput output, SetTargets targets, Tensor queries, SetWeights? weights)
    {
        weights ??= new();
        var (B, Q, M, columns) = (output.Logits.size(0), output.Logits.size(1), targets.Labels.size(1), output.Logits.size(2));
        var (counts, labels, answers) = (ClosedForm.Indices(targets.Counts), ClosedForm.Indices(targets.Labels), ClosedForm.Indices(queries));
        var n = Math.Max(1, counts.Sum());
        var pairs = (from b in Enumerable.Range(0, (int)B)
                     from m in Enumerable.Range(0, (int)counts[b])
                     where answers[b * M + m] >= 0
                     select (Query: b * Q + answers[b * M + m], Target: b * M + m)).ToArray();
        var mine = output.Boxes.reshape(-1, 4).index_select(0, tensor(pairs.Select(p => p.Query).ToArray(), ScalarType.Int64));
        var theirs = targets.Boxes.reshape(-1, 4).index_select(0, tensor(pairs.Select(p => p.Target).ToArray(), ScalarType.Int64));
        var (box, overlap) = ((mine - theirs).abs().sum() / n, (1 - BoxesByHand.Similar(Corners(mine), Corners(theirs), BoxSimilarity.Generalized)).sum() / n);

        var (flat, wanted) = (output.Logits.reshape(-1, columns), Enumerable.Repeat(columns - 1, (int)(B * Q)).ToArray());
        var yes = new double[B * Q * columns];
        foreach (var (query, target) in pairs)
            (wanted[query], yes[query * columns + labels[target]]) = (labels[target], 1);
        var classes = weights.Kind == ClassKind.Softmax ? Softmax() : Focal();
        var found = weights.Kind == ClassKind.Softmax ? flat.argmax(1) != columns - 1 : (flat > 0).any(1);
        var wrong = Enumerable.Range(0, (int)B).Average(b => Math.Abs(found.narrow(0, b * Q, Q).sum().ToInt64() - counts[b]));
        return new(
            classes, box, overlap, tensor(wrong, output.Logits.dtype), weights.Class * classes + weights.Box * box + weights.Overlap * overlap);

        Tensor Softmax() => F.cross_entropy(
            flat, tensor(wanted, ScalarType.Int64),
            tensor([.. Enumerable.Repeat(1.0, (int)columns - 1), weights.NoObject]).to(flat.dtype), reduction: nn.Reduction.Mean);

        Tensor Focal()
        {
            var y = tensor(yes).to(flat.dtype).reshape(flat.shape);
            var (logP, logQ) = (F.logsigmoid(flat), F.logsigmoid(-flat));
            return -(weights.Alpha * y * (weights.Gamma * logQ).exp() * logP
                + (1 - weights.Alpha) * (1 - y) * (weights.Gamma * logP).exp() * logQ).sum() / n;
        }
    }

    /// <summary>All five numbers.</summary>
    public static Tensor[] Parts(SetLosses losses) => [losses.Class, losses.Box, losses.Overlap, losses.Cardinality, losses.Total];

    private static Tensor Corners(Tensor boxes)
    {
        var x = boxes.unbind(-1);
        return stack([x[0] - 0.5 * x[2], x[1] - 0.5 * x[3], x[0] + 0.5 * x[2], x[1] + 0.5 * x[3]], -1);
    }

    /// <summary>Bad outputs, targets and weights.</summary>
    public static IEnumerable<BadInput<TOp>> BadInputs<TOp>(string output, Action<TOp, QueryOutput, SetTargets, SetWeights?> call)
        where TOp : Delegate =>
    [
        Bad<TOp>("null for logits", output, () => [ones(1, 2, 4)], (op, x, t) => call(op, new(null!, x[0]), t, null)),
        Bad<TOp>("integer logits", output, () => [ones(1, 2, 3, dtype: ScalarType.Int64), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("logits of one picture without its dimension", output, () => [ones(2, 3), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("boxes of five numbers", output, () => [ones(1, 2, 3), ones(1, 2, 5)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("a box too few", output, () => [ones(1, 2, 3), ones(1, 1, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("boxes of another dtype", output, () => [ones(1, 2, 3), ones(1, 2, 4, dtype: ScalarType.Float64)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("null for targets", "targets", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x, _) => call(op, new(x[0], x[1]), null!, null)),
        Bad<TOp>("targets of another number of pictures", "targets", () => [ones(2, 2, 3), ones(2, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("a label of no class", "targets", () => [ones(1, 2, 2), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, null)),
        Bad<TOp>("a negative weight", "weights", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, new() { Box = -1 })),
        Bad<TOp>("alpha 1", "weights", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, new() { Alpha = 1 })),
        Bad<TOp>("a class weight that is no number", "weights", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x, t) => call(op, new(x[0], x[1]), t, new() { Class = double.NaN })),

        // Targets refuse these themselves.
        Bad<TOp>("labels in float", "labels", () => [ones(1, 2)], (op, x, t) => _ = new SetTargets(x[0], ones(1, 2, 4), ones(1, dtype: ScalarType.Int64))),
        Bad<TOp>("true boxes of three numbers", "boxes", () => [ones(1, 2, 3)], (op, x, t) => _ = new SetTargets(t.Labels, x[0], t.Counts)),
        Bad<TOp>("more objects than places", "counts", () => [full([1], 3, ScalarType.Int64)], (op, x, t) => _ = new SetTargets(t.Labels, t.Boxes, x[0])),
    ];

    /// <summary>With targets of one picture with classes 0 and 1, on two places.</summary>
    private static BadInput<TOp> Bad<TOp>(string what, string parameter, Func<Tensor[]> draw, Action<TOp, Tensor[], SetTargets> call)
        where TOp : Delegate => new(what, parameter, draw, (op, x) =>
        {
            using var scope = NewDisposeScope();
            call(op, x, new(tensor(new long[,] { { 0, 1 } }), ones(1, 2, 4), full([1], 2, ScalarType.Int64)));
        });
}
