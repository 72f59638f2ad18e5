using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using LayersOp = System.Func<
    System.Collections.Generic.IReadOnlyList<Lab.Core.Sets.SlotOutput>, Lab.Core.Sets.SlotTargets, Lab.Core.Sets.SlotWeights?, Lab.Core.Sets.SlotLosses>;
using SlotsOp = System.Func<
    Lab.Core.Sets.SlotOutput, Lab.Core.Sets.SlotTargets, TorchSharp.torch.Tensor, Lab.Core.Sets.SlotWeights?, Lab.Core.Sets.SlotLosses>;

namespace Lab.Specs.Sets;

/// <summary>The losses of matched slots, one by one.</summary>
public sealed class OfSlotsSpec : Spec<SlotsOp, SlotCase>
{
    /// <inheritdoc/>
    public override SlotsOp Op => SlotCriterion.OfSlots;

    /// <inheritdoc/>
    public override SlotsOp Oracle => SlotsByHand.Losses;

    /// <inheritdoc/>
    public override Gen<SlotCase> Cases => SlotCase.Any.Where(c => c is { B: <= 2, Q: <= 4, M: <= 3, K: <= 2, T: <= 4 })
        .Select(c => c with { Differentiable = true, Matched = true });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // the oracle's sums in 16 bits are worse than the op's

    /// <inheritdoc/>
    public override int MostCases => 50;

    /// <inheritdoc/>
    public override Tensor[] Call(SlotsOp op, SlotCase @case, Tensor[] arguments) =>
        SlotCase.Give((output, targets) => SlotsByHand.Parts(op(output, targets, arguments[8], SlotCase.Weights)), arguments);

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SlotCase @case, IReadOnlyList<Argument> arguments) => SlotCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SlotsOp>> BadInputs =>
    [
        .. SlotsByHand.BadInputs<SlotsOp>((op, o, t, w) => op(o, t, zeros([1, 2], ScalarType.Int64), w)),
        Slots("null for slots", () => null!),
        Slots("slots in float", () => zeros(1, 2)),
        Slots("a slot too few", () => zeros([1, 1], ScalarType.Int64)),
        Slots("a slot that there is not", () => full([1, 2], 2, ScalarType.Int64)),
        Slots("a slot below -1", () => full([1, 2], -2, ScalarType.Int64)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SlotsOp, SlotCase>> OwnLaws =>
    [
        Own("entities count alike", "Three entities of one sentence and one of another, each start a guess among 4 tokens: log 4, and not more for the lonely one.", (op, _) =>
        {
            var (types, places) = (zeros(2, 3, 2, dtype: ScalarType.Float64), zeros(2, 3, 4, dtype: ScalarType.Float64));
            var sure = places.clone();
            sure[1, 0, 0] = 100;                                                                // the lonely one is right
            var nought = zeros([2, 3], ScalarType.Int64);
            var losses = op(new(types, sure, places), new(nought, nought, nought, tensor([3L, 1])), arange(3).expand(2, 3), null);
            return Comparison.Same("loss of starts", losses.Start, tensor(0.75 * Math.Log(4)), Tolerance)
                .Then(() => Comparison.Same("loss of ends", losses.End, tensor(Math.Log(4)), Tolerance));
        }) with { Cases = 1 },
        Own("nothing there", "Without entities, and where a sentence has no token, the losses of the pointers are 0 and so are their gradients; the type is \"no entity\" for "
            + "every slot.", (op, c) =>
        {
            var drawn = (c with { M = 0, Masked = true }).Draw().Select(a => a.Value.requires_grad_(a.Differentiable)).ToArray();
            var (output, targets) = SlotCase.Records(drawn);
            var losses = op(output, targets, drawn[8], SlotCase.Weights);
            losses.Total.backward();
            return Comparison.Same("loss of pointers", losses.Start + losses.End, zeros_like(losses.Start), Tolerance)
                .Then(() => Comparison.Same("gradient of starts", drawn[1].grad ?? zeros_like(drawn[1]), zeros_like(drawn[1]), Tolerance))
                .Then(() => Comparison.Same("gradient of ends", drawn[2].grad ?? zeros_like(drawn[2]), zeros_like(drawn[2]), Tolerance))
                .Then(() => Comparison.Same("loss of types", losses.Type, (drawn[0].logsumexp(2) - drawn[0].select(2, c.K)).mean(), Tolerance));
        }) with { Cases = 20 },
        Own("masked tokens have no slope", "Where a score is -∞ its gradient is 0 and not NaN, also in a sentence without any token.", (op, c) =>
        {
            var drawn = (c with { Masked = true }).Draw().Select(a => a.Value).ToArray();
            var (output, targets) = SlotCase.Records(drawn);
            var (starts, ends) = (output.Starts.detach().clone().requires_grad_(), output.Ends.detach().clone().requires_grad_());
            op(new(output.Types, starts, ends), targets, drawn[8], SlotCase.Weights).Total.requires_grad_().backward();
            return new[] { starts, ends }.Aggregate(Verdict.Holds, (verdict, x) => verdict.Then(() => Comparison.Same(
                "gradient of what is masked", (x.grad ?? zeros_like(x)).masked_select(x.isneginf()), zeros([x.isneginf().sum().ToInt64()], ScalarType.Float64), Tolerance)));
        }) with { Cases = 30 },
        Own("\"no entity\" counts for less", "Of two slots one is right and one, without an entity, undecided between two: log 2 by the share of its weight, 0.1 / 1.1.", (op, _) =>
        {
            var (types, places) = (tensor([100.0, 0, 0, 0]).reshape(1, 2, 2), zeros(1, 2, 3, dtype: ScalarType.Float64));
            var nought = zeros([1, 1], ScalarType.Int64);
            var losses = op(new(types, places, places), new(nought, nought, nought, ones([1], ScalarType.Int64)), nought, new() { NoEntity = 0.1 });
            return Comparison.Same("loss of types", losses.Type, tensor(0.1 * Math.Log(2) / 1.1), Tolerance);
        }) with { Cases = 1 },
        Own("where nobody asks, nobody answers", "What a slot without an entity points at changes no loss.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var (output, targets) = SlotCase.Records(drawn);
            var asked = zeros([c.B, c.Q, 1], ScalarType.Bool);
            for (var b = 0; b < c.B; b++)
                for (var m = 0; m < targets.Counts[b].ToInt64(); m++)
                    if (drawn[8][b, m].ToInt64() is >= 0 and var slot)
                        asked[b, slot] = true;
            var other = new SlotOutput(output.Types, where(asked, output.Starts, output.Starts * 7), where(asked, output.Ends, output.Ends - 3));
            return Comparison.Same("loss", op(other, targets, drawn[8], SlotCase.Weights).Total, op(output, targets, drawn[8], SlotCase.Weights).Total, Tolerance);
        }) with { Cases = 20 },
        Own("what is missed is counted", "Entities that no slot answers for are counted, and teach nothing.", (op, _) =>
        {
            var (types, places) = (zeros(1, 1, 2, dtype: ScalarType.Float64), zeros(1, 1, 2, dtype: ScalarType.Float64));
            var nought = zeros([1, 3], ScalarType.Int64);
            var losses = op(new(types, places, places), new(nought, nought, nought, tensor([3L])), tensor(new[,] { { -1L, 0, -1 } }), null);
            return Comparison.Same("number of those missed", losses.Missed, tensor(2.0), Tolerance)
                .Then(() => Comparison.Same("loss of starts", losses.Start, tensor(Math.Log(2) / 3), Tolerance));
        }) with { Cases = 1 },
    ];

    private static BadInput<SlotsOp> Slots(string what, Func<Tensor> slots) => new(what, "slots", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) =>
    {
        using var scope = NewDisposeScope();
        var nought = zeros([1, 2], ScalarType.Int64);
        op(new(x[0], x[1], x[1]), new(nought, nought, nought, ones([1], ScalarType.Int64)), slots(), null);
    });
}

/// <summary>The losses of several layers of slots against the cheapest of all matchings.</summary>
public sealed class OfSlotLayersSpec : Spec<LayersOp, SlotCase>
{
    /// <inheritdoc/>
    public override LayersOp Op => SlotCriterion.OfSlotLayers;

    /// <inheritdoc/>
    public override LayersOp Oracle => (layers, targets, weights) =>
    {
        var each = layers.Select(layer => SlotsByHand.Losses(
            layer, targets, AllAssignments.Cheapest(SlotsByHand.Costs(layer, targets, weights), targets.Counts).Rows, weights)).ToArray();
        return new(Sum(l => l.Type), Sum(l => l.Start), Sum(l => l.End), each[^1].Missed, Sum(l => l.Total));

        Tensor Sum(Func<SlotLosses, Tensor> part) => each.Select(part).Aggregate((a, b) => a + b);
    };

    /// <inheritdoc/>
    public override Gen<SlotCase> Cases => SlotCase.Any.Where(c => c is { B: <= 2, Q: <= 3, M: <= 3, K: <= 2, T: <= 3 })
        .Select(c => c with { Differentiable = true });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override int MostCases => 50;

    /// <inheritdoc/>
    public override Tensor[] Call(LayersOp op, SlotCase @case, Tensor[] arguments)
    {
        using var types = arguments[0] * 0.5;
        return SlotCase.Give((output, targets) => SlotsByHand.Parts(op([new(types, output.Ends, output.Starts), output], targets, SlotCase.Weights)), arguments);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<LayersOp>> BadInputs =>
    [
        .. SlotsByHand.BadInputs<LayersOp>((op, o, t, w) => op([o], t, w)),
        Layers("null for layers", null!),
        Layers("no layers", []),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<LayersOp, SlotCase>> OwnLaws =>
    [
        Own("order does not matter", "Slots or entities in another order cost the same, and the gradients are the same in that order.", (op, c) =>
        {
            if (c.M == 0)
                return Verdict.DoesNotApply;
            var drawn = (c with { Full = true, Masked = false }).Draw().Select(a => a.Value).ToArray();
            Tensor[] Turned(int from, int to) => [.. drawn.Select((x, i) => i >= from && i < to ? x.flip(1) : x)];
            var (straight, turned, swapped) = (Slopes(op, drawn), Slopes(op, Turned(0, 3)), Slopes(op, Turned(4, 7)));
            return Comparison.Same("loss", turned[0], straight[0], Tolerance).Then(() => Comparison.Same("loss", swapped[0], straight[0], Tolerance))
                .Then(() => Enumerable.Range(1, 3).Aggregate(Verdict.Holds, (verdict, i) => verdict
                    .Then(() => Comparison.Same("gradient", turned[i].flip(1), straight[i], Tolerance))
                    .Then(() => Comparison.Same("gradient", swapped[i], straight[i], Tolerance))));
        }) with { Cases = 40 },
        Own("each layer is matched for itself", "Where two layers give the entities to different slots, both are right at once.", (op, _) =>
        {
            var sure = tensor([100.0, 0, 0, 0, 100, 0]).reshape(1, 2, 3);                       // slot 0 says type 0, slot 1 type 1
            var places = sure[.., .., ..2];
            var (zeroOne, two) = (tensor(new long[,] { { 0, 1 } }), full([1], 2, ScalarType.Int64));
            var layer = new SlotOutput(sure, places, places);
            var other = new SlotOutput(sure.flip(1), places.flip(1), places.flip(1));
            return Comparison.Same("loss", op([layer, other], new(zeroOne, zeroOne, zeroOne, two), null).Total, tensor(0.0), Tolerance);
        }) with { Cases = 1 },
    ];

    private static BadInput<LayersOp> Layers(string what, IReadOnlyList<SlotOutput> layers) => new(what, "layers", () => [], (op, _) =>
    {
        using var scope = NewDisposeScope();
        var nought = zeros([1, 1], ScalarType.Int64);
        op(layers, new(nought, nought, nought, ones([1], ScalarType.Int64)), null);
    });

    /// <summary>The loss, and its slope in types, starts and ends.</summary>
    private static Tensor[] Slopes(LayersOp op, Tensor[] drawn)
    {
        Tensor[] leaves = [.. drawn[..3].Select(x => x.detach().clone().requires_grad_())];
        var total = op([new(leaves[0], leaves[1], leaves[2])], SlotCase.Records(drawn).Targets, SlotCase.Weights).Total;
        total.backward();
        return [total.detach(), .. leaves.Select(x => x.grad ?? zeros_like(x))];
    }
}
