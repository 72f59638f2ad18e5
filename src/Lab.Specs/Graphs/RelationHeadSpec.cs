using FsCheck;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>The head of relations against its formula, pair by pair.</summary>
public sealed class RelationHeadSpec : GraphLayerSpec<RelationHead>
{
    private const double Never = -7;

    /// <inheritdoc/>
    protected internal override GraphCase Usual => new()
    {
        Seed = 1,
        Beside = Beside.Pairs,
        State = c =>
        [
            new("subject.weight", 4, c.D), new("subject.bias", 4), new("object.weight", 4, c.D), new("pair.weight", 4, c.E),
            new("classify.weight", 2, 4), new("classify.bias", 2),
        ],
    };

    /// <inheritdoc/>
    public override Gen<GraphCase> Cases => GraphCase.Any(Usual);

    /// <inheritdoc/>
    protected internal override RelationHead Make(GraphCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.E, 2, 4);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(RelationHead module, GraphCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        var logits = module.call(inputs[0], inputs[1], inputs.ElementAtOrDefault(2));
        return [where(logits.isneginf(), full_like(logits, Never), logits).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(GraphCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        var (x, pairs, mask) = (inputs[0], inputs[1], MaskOf(@case, inputs));
        var rows = new List<Tensor>();
        for (var b = 0; b < x.size(0); b++)
            for (var i = 0; i < x.size(1); i++)
                for (var j = 0; j < x.size(1); j++)
                    rows.Add(i != j && mask[b, i].ToBoolean() && mask[b, j].ToBoolean()
                        ? F.linear(Hidden(x[b, i], x[b, j], pairs[b, i, j]).relu(), p["classify.weight"], p["classify.bias"])
                        : full([2], Never, x.dtype) + 0 * p["classify.bias"]);
        return [stack(rows).reshape(x.size(0), x.size(1), x.size(1), 2)];

        Tensor Hidden(Tensor subject, Tensor other, Tensor pair) => F.linear(
            cat([subject, other, pair]), cat([p["subject.weight"], p["object.weight"], p["pair.weight"]], 1), p["subject.bias"]);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<GraphCase>>> BadInputs =>
    [
        Made("no width", "width", () => new RelationHead(0, 1, 1, 1).Dispose()),
        Made("no width of pairs", "pairWidth", () => new RelationHead(1, 0, 1, 1).Dispose()),
        Made("no relations", "relations", () => new RelationHead(1, 1, 0, 1).Dispose()),
        Made("no hidden width", "hidden", () => new RelationHead(1, 1, 1, 0).Dispose()),
        Given("null for nodes", "nodes", () => [ones(2, 3, 3, 2)], (m, x) => m.call(null!, x[0], null)),
        Given("nodes of another width", "nodes", () => [ones(2, 3, 4), ones(2, 3, 3, 2)], (m, x) => m.call(x[0], x[1], null)),
        Given("null for pairs", "pairs", () => [ones(2, 3, 3)], (m, x) => m.call(x[0], null!, null)),
        Given("pairs of another width", "pairs", () => [ones(2, 3, 3), ones(2, 3, 3, 3)], (m, x) => m.call(x[0], x[1], null)),
        Given("pairs of another dtype", "pairs", () => [ones(2, 3, 3), ones(2, 3, 3, 2, dtype: ScalarType.Float64)], (m, x) => m.call(x[0], x[1], null)),
        Given("pairs on another device", "pairs", () => [ones(2, 3, 3), ones([2, 3, 3, 2], device: META)], (m, x) => m.call(x[0], x[1], null)),
        Given("a mask of numbers", "mask", () => [ones(2, 3, 3), ones(2, 3, 3, 2), ones(2, 3)], (m, x) => m.call(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<GraphCase>, GraphCase>> ModelLaws =>
    [
        Own("renumbering the objects renumbers the relations", "The relations of objects in another order are the same ones in that order.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var order = c.Renumbering();
            Tensor[] inputs = [.. Renumbered(drawn[..^1], order), drawn[^1]];
            return Comparison.Same("logits", Call(op, c, inputs)[0], Call(op, c, drawn)[0].index_select(1, order).index_select(2, order), Tolerance);
        }),
        Own("it can tell subject from object", "With other numbers for the two, exchanging them changes the logits: \"left of\" has a direction.", (_, c) =>
        {
            var (head, x) = Drawn(c with { N = 2, B = 1, Masked = false, Scale = 1, Decimals = null });
            using var kept = head;
            var logits = head.call(x[0], zeros_like(x[1]), null);
            return Verdict.Require(
                logits[0, 0, 1].ne(logits[0, 1, 0]).any().ToBoolean() || logits.eq(head.state_dict()["classify.bias"]).all(3).any().ToBoolean(),
                "The logits of i, j are those of j, i.");
        }) with { Cases = 20 },
        Own("a node has no relation with itself", "All logits there are -∞, and so are those of padded objects.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var logits = head.call(x[0], x[1], x.ElementAtOrDefault(2));
            var mask = MaskOf(c, x);
            var pairs = mask.unsqueeze(1).logical_and(mask.unsqueeze(2)).logical_and(eye(c.N, dtype: ScalarType.Bool).logical_not()).unsqueeze(3);
            return Verdict.Require(logits.isneginf().eq(pairs.logical_not()).all().ToBoolean(), "-∞ stands at a pair, or something else where there is none.");
        }),
    ];
}
