using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using LayersOp = System.Func<
    System.Collections.Generic.IReadOnlyList<Lab.Core.Sets.QueryOutput>, Lab.Core.Sets.SetTargets, Lab.Core.Sets.SetWeights?, Lab.Core.Sets.SetLosses>;
using MatchOp = System.Func<
    Lab.Core.Sets.QueryOutput, Lab.Core.Sets.SetTargets, TorchSharp.torch.Tensor, Lab.Core.Sets.SetWeights?, Lab.Core.Sets.SetLosses>;

namespace Lab.Specs.Sets;

/// <summary>The losses of matched sets, query by query.</summary>
public sealed class OfMatchSpec : Spec<MatchOp, SetsCase>
{
    /// <inheritdoc/>
    public override MatchOp Op => SetCriterion.OfMatch;

    /// <inheritdoc/>
    public override MatchOp Oracle => SetsByHand.Losses;

    /// <inheritdoc/>
    public override Gen<SetsCase> Cases => SetsCase.Any.Where(c => c is { B: <= 2, Q: <= 4, K: <= 2 }).Select(c => c with { Differentiable = true, Matched = true });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // the oracle's sums in 16 bits are worse than the op's

    /// <inheritdoc/>
    public override Tensor[] Call(MatchOp op, SetsCase @case, Tensor[] arguments)
    {
        var (output, targets) = SetsCase.Records(arguments);
        return SetsByHand.Parts(op(output, targets, arguments[5], @case.Weights));
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SetsCase @case, IReadOnlyList<Argument> arguments) => SetsCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MatchOp>> BadInputs =>
    [
        .. SetsByHand.BadInputs<MatchOp>("output", (op, o, t, w) => op(o, t, zeros([1, 2], ScalarType.Int64), w)),
        Queries("queries in float", zeros(1, 2)),
        Queries("a query too few", zeros([1, 1], ScalarType.Int64)),
        Queries("a query that there is not", full([1, 2], 2, ScalarType.Int64)),
        Queries("a query below -1", full([1, 2], -2, ScalarType.Int64)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<MatchOp, SetsCase>> OwnLaws =>
    [
        Own("objects count alike", "Boxes off by 2.58 in three objects of one picture and by 1.124 in the one of another cost 3.704 / 4 = 0.926; "
            + "a mean per picture, of pictures' means, would say 0.248.", (op, _) =>
        {
            var (boxes, logits) = (full([2, 3, 4], 0.5, dtype: ScalarType.Float64), zeros([2, 3, 3], ScalarType.Float64));
            var far = boxes.clone();
            far[0, 0] = tensor([0.5 + 0.86, 0.5, 0.5, 0.5]);
            far[0, 1] = tensor([0.5, 0.5 + 0.86, 0.5, 0.5]);
            far[0, 2] = tensor([0.5, 0.5, 0.5 + 0.86, 0.5]);
            far[1, 0] = tensor([0.5, 0.5, 0.5, 0.5 + 1.124]);
            var targets = new SetTargets(zeros([2, 3], ScalarType.Int64), far, tensor([3L, 1]));
            return Comparison.Same("box loss", op(new(logits, boxes), targets, arange(3).expand(2, 3), null).Box, tensor(0.926), Tolerance);
        }) with { Cases = 1 },
        Own("nothing there", "Without targets the box losses are 0, and so are their gradients; the class is that of \"no object\" for every query.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var (logits, boxes) = (drawn[0].requires_grad_(), drawn[1].requires_grad_());
            var none = new SetTargets(zeros([c.B, 0], ScalarType.Int64), zeros([c.B, 0, 4], ScalarType.Float64), zeros([c.B], ScalarType.Int64));
            var losses = op(new(logits, boxes), none, zeros([c.B, 0], ScalarType.Int64), c.Weights);
            losses.Total.backward();
            return Comparison.Same("box loss", losses.Box + losses.Overlap, zeros_like(losses.Box), Tolerance)
                .Then(() => Comparison.Same("gradient of boxes", boxes.grad ?? zeros_like(boxes), zeros_like(boxes), Tolerance))
                .Then(() => c.Kind == ClassKind.Focal ? Verdict.Holds : Comparison.Same(
                    "class loss", losses.Class, (logits.logsumexp(2) - logits.select(2, c.K)).mean(), Tolerance));
        }) with { Cases = 20 },
        Own("\"no object\" counts for less", "One matched query of two, with logits 0 over two classes and none: log 3, whatever the weight; where only the "
            + "unmatched one is wrong, its share is the weight's.", (op, _) =>
        {
            var logits = tensor([100.0, 0, 0, 0, 5]).narrow(0, 0, 4).reshape(1, 2, 2);                  // query 0 right, query 1 undecided
            var targets = new SetTargets(zeros([1, 1], ScalarType.Int64), ones([1, 1, 4], ScalarType.Float64), ones([1], ScalarType.Int64));
            var loss = op(new(logits, ones([1, 2, 4], ScalarType.Float64)), targets, zeros([1, 1], ScalarType.Int64), new() { NoObject = 0.1 }).Class;
            return Comparison.Same("class loss", loss, tensor(0.1 * Math.Log(2) / 1.1), Tolerance);
        }) with { Cases = 1 },
    ];

    private static BadInput<MatchOp> Queries(string what, Tensor queries) => new(what, "queries", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) =>
    {
        using var scope = NewDisposeScope();
        op(new(x[0], x[1]), new(zeros([1, 2], ScalarType.Int64), ones(1, 2, 4), ones([1], ScalarType.Int64)), queries, null);
    });
}

/// <summary>The losses of several layers against the cheapest of all matchings, query by query.</summary>
public sealed class OfLayersSpec : Spec<LayersOp, SetsCase>
{
    /// <inheritdoc/>
    public override LayersOp Op => SetCriterion.OfLayers;

    /// <inheritdoc/>
    public override LayersOp Oracle => (layers, targets, weights) =>
    {
        var each = layers.Select(layer => SetsByHand.Losses(
            layer, targets, AllAssignments.Cheapest(SetsByHand.Costs(layer, targets, weights), targets.Counts).Rows, weights)).ToArray();
        return new(
            Sum(l => l.Class), Sum(l => l.Box), Sum(l => l.Overlap), each[^1].Cardinality, Sum(l => l.Total));

        Tensor Sum(Func<SetLosses, Tensor> part) => each.Select(part).Aggregate((a, b) => a + b);
    };

    /// <inheritdoc/>
    public override Gen<SetsCase> Cases => SetsCase.Any.Where(c => c is { B: <= 2, Q: <= 3, M: <= 3, K: <= 2 }).Select(c => c with { Differentiable = true });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tensor[] Call(LayersOp op, SetsCase @case, Tensor[] arguments)
    {
        var (output, targets) = SetsCase.Records(arguments);
        using var first = new Layer(output);
        return SetsByHand.Parts(op([first.Output, output], targets, @case.Weights));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<LayersOp>> BadInputs =>
    [
        .. SetsByHand.BadInputs<LayersOp>("output", (op, o, t, w) => op([o], t, w)),
        Layers("null for layers", null!),
        Layers("no layers", []),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<LayersOp, SetsCase>> OwnLaws =>
    [
        Own("order does not matter", "Queries or targets in another order cost the same, and the gradients are the same in that order.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            drawn[4] = full_like(drawn[4], c.M);
            var straight = Slopes(op, c, drawn);
            var turned = Slopes(op, c, [drawn[0].flip(1), drawn[1].flip(1), drawn[2], drawn[3], drawn[4]]);
            var swapped = Slopes(op, c, [drawn[0], drawn[1], drawn[2].flip(1), drawn[3].flip(1), drawn[4]]);
            return Comparison.Same("loss", turned.Total, straight.Total, Tolerance)
                .Then(() => Comparison.Same("gradient of logits", turned.Logits.flip(1), straight.Logits, Tolerance))
                .Then(() => Comparison.Same("gradient of boxes", turned.Boxes.flip(1), straight.Boxes, Tolerance))
                .Then(() => Comparison.Same("loss", swapped.Total, straight.Total, Tolerance))
                .Then(() => Comparison.Same("gradient of logits", swapped.Logits, straight.Logits, Tolerance))
                .Then(() => Comparison.Same("gradient of boxes", swapped.Boxes, straight.Boxes, Tolerance));
        }) with { Cases = 40 },
    ];

    private static BadInput<LayersOp> Layers(string what, IReadOnlyList<QueryOutput> layers) => new(what, "layers", () => [], (op, _) =>
    {
        using var scope = NewDisposeScope();
        op(layers, new(zeros([1, 1], ScalarType.Int64), ones(1, 1, 4), ones([1], ScalarType.Int64)), null);
    });

    private static (Tensor Total, Tensor Logits, Tensor Boxes) Slopes(LayersOp op, SetsCase c, Tensor[] drawn)
    {
        var (logits, boxes) = (drawn[0].detach().clone().requires_grad_(), drawn[1].detach().clone().requires_grad_());
        var total = op([new(logits, boxes)], new(drawn[2], drawn[3], drawn[4]), c.Weights).Total;
        total.backward();
        return (total.detach(), logits.grad!, boxes.grad ?? zeros_like(boxes));
    }

    /// <summary>A first layer that says something else: the same queries, less sure and elsewhere.</summary>
    private sealed class Layer : IDisposable
    {
        private readonly Tensor logits, boxes;

        public Layer(QueryOutput output)
        {
            using var scope = NewDisposeScope();
            logits = (output.Logits * 0.5).roll(1, 1).MoveToOuterDisposeScope();
            boxes = (output.Boxes * 0.9 + 0.03).MoveToOuterDisposeScope();
        }

        public QueryOutput Output => new(logits, boxes);

        public void Dispose()
        {
            logits.Dispose();
            boxes.Dispose();
        }
    }
}
