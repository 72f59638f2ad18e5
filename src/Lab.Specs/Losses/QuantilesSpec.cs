using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>The pinball loss of several levels against one level after the other.</summary>
public sealed class QuantilesSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor>, QuantilesCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Op => Loss.Quantiles;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor> Oracle => (predictions, targets, levels) => stack(
        predictions.unbind(-1).Select((q, i) =>
        {
            var missing = targets - q;
            var slope = levels[i] - (missing < 0).to(missing.dtype);
            return slope.masked_fill(missing == 0, 0) * missing;
        }), -1);

    /// <inheritdoc/>
    public override Gen<QuantilesCase> Cases => QuantilesCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor> op, QuantilesCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override bool SmoothAt(QuantilesCase @case) => @case.Scale > 0 && @case.Decimals is null;

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor>>> BadInputs =>
    [
        Bad("integer predictions", "predictions", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2), Levels(3)]),
        Bad("a scalar for predictions", "predictions", () => [ones([]), ones([]), Levels(1)]),
        Bad("targets with a dimension of levels", "targets", () => [ones(2, 3), ones(2, 3), Levels(3)]),
        Bad("targets of another dtype", "targets", () => [ones(2, 3), ones(2, dtype: ScalarType.Float64), Levels(3)]),
        Bad("one level for three answers", "levels", () => [ones(2, 3), ones(2), Levels(1)]),
        Bad("levels of another dtype", "levels", () => [ones(2, 3), ones(2), Levels(3).to(ScalarType.Float64)]),
        Bad("a level of 1", "levels", () => [ones(2, 3), ones(2), tensor([0.1f, 0.5f, 1f])]),
        Bad("a level of 0", "levels", () => [ones(2, 3), ones(2), tensor([0f, 0.5f, 0.9f])]),
        new("null for targets", "targets", () => [ones(2, 3), Levels(3)], (op, x) => op(x[0], null!, x[1])),
        new("null for levels", "levels", () => [ones(2, 3), ones(2)], (op, x) => op(x[0], x[1], null!)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor>, QuantilesCase>> OwnLaws =>
    [
        Own("each level is the one-level loss", "Entry k is the pinball loss of answer k at level k.", (op, c) =>
        {
            var drawn = c.Draw();
            var (predictions, targets, levels) = (drawn[0].Value, drawn[1].Value, drawn[2].Value);
            var single = predictions.unbind(-1).Select((q, i) => Loss.Quantile(q.contiguous(), targets, levels[i].ToDouble()));
            return Comparison.Same("result", op(predictions, targets, levels), stack(single, -1), Tolerance);
        }),
        Own("the order of the levels does not matter", "Answers and levels reversed together give the same losses reversed.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "result", op(drawn[0].Value.flip(-1), drawn[1].Value, drawn[2].Value.flip(0)),
                op(drawn[0].Value, drawn[1].Value, drawn[2].Value).flip(-1), Tolerance);
        }),
    ];

    private static Tensor Levels(int count) => full(count, 0.5f);

    private static BadInput<Func<Tensor, Tensor, Tensor, Tensor>> Bad(string description, string parameter, Func<Tensor[]> draw) =>
        new(description, parameter, draw, (op, x) => op(x[0], x[1], x[2]));
}
