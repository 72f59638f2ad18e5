using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using EdgeLoss = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>The loss of edge sets against the library's cross-entropy, pair by pair.</summary>
public sealed class EdgeCrossEntropySpec : Spec<EdgeLoss, TargetGraphCase>
{
    /// <inheritdoc/>
    public override EdgeLoss Op => Graph.EdgeCrossEntropy;

    /// <inheritdoc/>
    public override EdgeLoss Oracle => (logits, edges, mask) =>
    {
        var losses = new List<Tensor>();
        for (var b = 0; b < logits.size(0); b++)
        {
            var total = zeros([], logits.dtype);
            for (var i = 0; i < logits.size(1); i++)
                for (var j = 0; j < i; j++)
                    if (mask is null || (mask[b, i].ToBoolean() && mask[b, j].ToBoolean()))
                        total = total + F.cross_entropy(((logits[b, i, j] + logits[b, j, i]) * 0.5).unsqueeze(0), edges[b, i, j].reshape(1));
            losses.Add(total);
        }
        return stack(losses);
    };

    /// <inheritdoc/>
    public override Gen<TargetGraphCase> Cases =>
        from c in TargetGraphCase.Any
        from masked in Gen.Elements(false, true)
        select c with { Nodes = false, Masked = masked };

    /// <inheritdoc/>
    public override Tensor[] Call(EdgeLoss op, TargetGraphCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2))];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(TargetGraphCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count < 3)
            return null;
        var pairs = arguments[2].Value.unsqueeze(1).logical_and(arguments[2].Value.unsqueeze(2));
        return
        [
            arguments[0].With(where(pairs.unsqueeze(3), arguments[0].Value, full_like(arguments[0].Value, double.NaN))),
            arguments[1].With(where(pairs, arguments[1].Value, full_like(arguments[1].Value, -100))),
            arguments[2],
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<EdgeLoss>> BadInputs =>
    [
        new("null for logits", "logits", () => [Edges()], (op, x) => op(null!, x[0], null)),
        new("integer logits", "logits", () => [ones([1, 2, 2, 3], ScalarType.Int64), Edges()], (op, x) => op(x[0], x[1], null)),
        new("logits that are not square", "logits", () => [ones(1, 2, 3, 3), Edges()], (op, x) => op(x[0], x[1], null)),
        new("logits of rank 3", "logits", () => [ones(1, 2, 2), Edges()], (op, x) => op(x[0], x[1], null)),
        new("null for edges", "edges", () => [ones(1, 2, 2, 3)], (op, x) => op(x[0], null!, null)),
        new("int32 edges", "edges", () => [ones(1, 2, 2, 3), zeros([1, 2, 2], ScalarType.Int32)], (op, x) => op(x[0], x[1], null)),
        new("edges of other graphs", "edges", () => [ones(1, 2, 2, 3), zeros([1, 3, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1], null)),
        new("an edge type that there is not", "edges", () => [ones(1, 2, 2, 3), 3 * Edges()], (op, x) => op(x[0], x[1], null)),
        new("a negative edge type", "edges", () => [ones(1, 2, 2, 3), -Edges()], (op, x) => op(x[0], x[1], null)),
        new("edges that are not symmetric", "edges", () => [ones(1, 2, 2, 3), Edges().triu(1)], (op, x) => op(x[0], x[1], null)),
        new("an edge from a node to itself", "edges", () => [ones(1, 2, 2, 3), ones([1, 2, 2], ScalarType.Int64)], (op, x) => op(x[0], x[1], null)),
        new("edges on another device", "edges", () => [ones(1, 2, 2, 3), zeros([1, 2, 2], ScalarType.Int64, META)], (op, x) => op(x[0], x[1], null)),
        new("a mask of numbers", "mask", () => [ones(1, 2, 2, 3), Edges(), ones(1, 2)], (op, x) => op(x[0], x[1], x[2])),
        new("a mask of pairs", "mask", () => [ones(1, 2, 2, 3), Edges(), ones(1, 2, 2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], x[2])),
    ];

    private static Tensor Edges() => tensor(new long[,] { { 0, 1 }, { 1, 0 } }).unsqueeze(0);

    /// <inheritdoc/>
    public override IEnumerable<Law<EdgeLoss, TargetGraphCase>> OwnLaws =>
    [
        Own("renumbering the nodes changes nothing", "Logits and edges in another order of the nodes have the same loss.", (op, c) =>
        {
            var (x, order) = (c.Draw().Select(a => a.Value).ToArray(), c.Renumbering());
            Tensor[] moved = [TargetGraphCase.Renumbered(x[0], order, true), TargetGraphCase.Renumbered(x[1], order, true), .. x[2..].Select(m => TargetGraphCase.Renumbered(m, order, false))];
            return Comparison.Same("loss", Call(op, c, moved)[0], Call(op, c, x)[0], Tolerance);
        }),
        Own("every pair counts once", "With equal logits a graph costs log E for each pair of nodes: N·(N - 1) / 2 of them.", (op, c) =>
        {
            var x = (c with { Scale = 0, Masked = false }).Draw();
            return Comparison.Same("loss", op(x[0].Value, x[1].Value, null), full([c.B], c.N * (c.N - 1) / 2 * Math.Log(c.E), ScalarType.Float64), Tolerance);
        }),
        Own("a certain graph costs nothing", "Logits of -∞ for all but the right types give 0; of -∞ for a right one, +∞.", (op, c) =>
        {
            var edges = c.Draw()[1].Value;
            var certain = zeros(c.B, c.N, c.N, c.E, dtype: ScalarType.Float64).masked_fill(F.one_hot(edges, c.E) == 0, double.NegativeInfinity);
            var never = zeros(c.B, c.N, c.N, c.E, dtype: ScalarType.Float64).masked_fill(F.one_hot(edges, c.E) == 1, double.NegativeInfinity);
            return Comparison.Same("loss", op(certain, edges, null), zeros(c.B, dtype: ScalarType.Float64), Tolerance)
                .Then(() => c.N == 1 || c.E == 1 ? Verdict.Holds : Verdict.Require(op(never, edges, null).isposinf().all().ToBoolean(), "A graph that cannot be has a finite loss."));
        }),
    ];
}
