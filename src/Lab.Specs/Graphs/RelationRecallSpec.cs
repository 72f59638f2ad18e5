using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Recall = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Graphs;

/// <summary>Recall of relations against sorting a list of triples.</summary>
public sealed class RelationRecallSpec : GraphMetricSpec<Recall>
{
    /// <inheritdoc/>
    public override Recall Op => Metric.RelationRecall;

    /// <inheritdoc/>
    public override Recall Oracle => (scores, relations, k, mask) => tensor(Enumerable.Range(0, (int)scores.size(0)).Select(b =>
    {
        var triples = (from i in Enumerable.Range(0, (int)scores.size(1))
                       from j in Enumerable.Range(0, (int)scores.size(1))
                       where i != j && (mask is null || (mask[b, i].ToBoolean() && mask[b, j].ToBoolean()))
                       from r in Enumerable.Range(0, (int)scores.size(3))
                       orderby scores[b, i, j, r].ToDouble() descending
                       select relations[b, i, j, r].ToBoolean()).ToArray();
        return (double)triples.Take((int)k).Count(t => t) / triples.Count(t => t);
    }).ToArray());

    /// <inheritdoc/>
    public override Gen<GraphPairCase> Cases =>
        from c in GraphPairCase.Any
        from k in Gen.Choose(1, 12)
        select c with { K = k, N = Math.Min(c.N, 3) };

    /// <inheritdoc/>
    public override Tensor[] Call(Recall op, GraphPairCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1], @case.K, arguments.ElementAtOrDefault(2))];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Recall>> BadInputs =>
    [
        new("null for scores", "scores", () => [Holds()], (op, x) => op(null!, x[0], 1, null)),
        new("integer scores", "scores", () => [ones([1, 2, 2, 3], ScalarType.Int64), Holds()], (op, x) => op(x[0], x[1], 1, null)),
        new("scores that are no numbers", "scores", () => [full([1, 2, 2, 3], double.NaN), Holds()], (op, x) => op(x[0], x[1], 1, null)),
        new("null for relations", "relations", () => [ones(1, 2, 2, 3)], (op, x) => op(x[0], null!, 1, null)),
        new("relations as numbers", "relations", () => [ones(1, 2, 2, 3), ones(1, 2, 2, 3)], (op, x) => op(x[0], x[1], 1, null)),
        new("relations of other pairs", "relations", () => [ones(1, 2, 2, 3), ones(1, 2, 2, 2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], 1, null)),
        new("nothing shown", "k", () => [ones(1, 2, 2, 3), Holds()], (op, x) => op(x[0], x[1], 0, null)),
        new("a mask of pairs", "mask", () => [ones(1, 2, 2, 3), Holds(), ones(1, 2, 2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], 1, x[2])),
    ];

    private static Tensor Holds() => ones(1, 2, 2, 3, dtype: ScalarType.Bool);

    /// <inheritdoc/>
    public override IEnumerable<Law<Recall, GraphPairCase>> OwnLaws =>
    [
        Own("showing more never finds less, and showing all finds all", "Recall rises with k, to 1.", (op, c) =>
        {
            var x = c.Draw();
            var mask = x.ElementAtOrDefault(2)?.Value;
            var steps = Enumerable.Range(1, c.N * c.N * c.E).Select(k => op(x[0].Value, x[1].Value, k, mask)).ToArray();
            var rises = steps.Zip(steps.Skip(1)).All(p => p.Second.ge(p.First).logical_or(p.First.isnan()).all().ToBoolean());
            return Verdict.Require(rises, "With a larger k less is found.")
                .Then(() => Verdict.Require(steps[^1].eq(1).logical_or(steps[^1].isnan()).all().ToBoolean(), "Not all is found when all is shown."));
        }) with { Cases = 20 },
    ];
}
