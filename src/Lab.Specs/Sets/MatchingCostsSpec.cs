using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using CostsOp = System.Func<Lab.Core.Sets.QueryOutput, Lab.Core.Sets.SetTargets, Lab.Core.Sets.SetWeights?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Costs of matching against each pair by itself.</summary>
public sealed class MatchingCostsSpec : Spec<CostsOp, SetsCase>
{
    /// <inheritdoc/>
    public override CostsOp Op => Matching.MatchingCosts;

    /// <inheritdoc/>
    public override CostsOp Oracle => SetsByHand.Costs;

    /// <inheritdoc/>
    public override Gen<SetsCase> Cases => SetsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(CostsOp op, SetsCase @case, Tensor[] arguments)
    {
        var (output, targets) = SetsCase.Records(arguments);
        return [op(output, targets, @case.Weights)];
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SetsCase @case, IReadOnlyList<Argument> arguments) => SetsCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<CostsOp>> BadInputs => SetsByHand.BadInputs<CostsOp>("output", (op, o, t, w) => op(o, t, w));

    /// <inheritdoc/>
    public override IEnumerable<Law<CostsOp, SetsCase>> OwnLaws =>
    [
        Own("each term by its own weight", "With one weight alone the cost is that term; with no weight it is 0; a doubled weight doubles its share.", (op, c) =>
        {
            var (output, targets) = SetsCase.Records([.. c.Draw().Select(a => a.Value)]);
            Tensor With(double k, double box, double overlap) =>
                op(output, targets, new() { Class = k, Box = box, Overlap = overlap, Kind = c.Kind });
            return Comparison.Same("cost", With(0, 0, 0), zeros_like(With(1, 1, 1)), Tolerance)
                .Then(() => Comparison.Same("cost", With(1, 0, 0) + With(0, 3, 0) + With(0, 0, 2), With(1, 3, 2), Tolerance));
        }) with { Cases = 20 },
    ];
}
