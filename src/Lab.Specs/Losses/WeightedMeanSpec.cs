using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Losses of any shape with weights, some or all of them 0.</summary>
public sealed record WeightedCase : Case
{
    /// <summary>Sizes.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The share of weights that are 0.</summary>
    public double Absent { get; init; }

    /// <summary>Weights are boolean.</summary>
    public bool Boolean { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // a mean mixes all examples

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var present = Numbers(2).Mask(1 - Absent, Shape.Sizes);
        var weights = Numbers(1).Between(0.1, 2, Shape.Sizes) * present;
        return
        [
            new("losses", Numbers().Reals(Shape.Sizes))
            {
                Differentiable = true, Extremes = [1e4, -1e4], ExtremesOfValue = [double.PositiveInfinity, double.NaN],
            },
            Boolean ? new("weights", present) : new("weights", weights),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The weighted mean against multiplying, adding and dividing in plain C#.</summary>
public sealed class WeightedMeanSpec : Spec<Func<Tensor, Tensor, Tensor>, WeightedCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.WeightedMean;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (losses, weights) =>
    {
        var (total, mass) = (zeros([], dtype: losses.dtype), 0.0);
        for (var i = 0L; i < losses.numel(); i++)
        {
            var weight = weights.reshape(-1)[i].to(ScalarType.Float64).ToDouble();
            if (weight > 0)
                total = total + weight * losses.reshape(-1)[i];
            mass += weight;
        }
        return mass == 0 ? losses.masked_fill(ones_like(losses).to(ScalarType.Bool), 0).sum() : total / mass;
    };

    /// <inheritdoc/>
    public override Gen<WeightedCase> Cases =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from absent in Gen.Elements(0.0, 0.5, 1.0)
        from boolean in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new WeightedCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Absent = absent,
            Boolean = boolean,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, WeightedCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(WeightedCase @case, IReadOnlyList<Argument> arguments) =>
        @case.Absent == 0
            ? null
            : [arguments[0].With(arguments[0].Value.masked_fill(arguments[1].Value == 0, double.NaN)), arguments[1]];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        new("integer losses", "losses", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1])),
        new("a negative weight", "weights", () => [ones(3), tensor([1f, 2f, -0.5f])], (op, x) => op(x[0], x[1])),
        new("weights on another device", "weights", () => [ones(2), ones([2], device: META)], (op, x) => op(x[0], x[1])),
        new("null for weights", "weights", () => [ones(2)], (op, x) => op(x[0], null!)),
        new("weights that would broadcast", "weights", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1])),
        new("weights of another dtype", "weights", () => [ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, WeightedCase>> OwnLaws =>
    [
        Own("only the ratio of weights matters", "Twice the weights, or 1e-90 of them, the same mean.", (op, c) =>
        {
            var drawn = (c with { Boolean = false }).Draw();
            var mean = op(drawn[0].Value, drawn[1].Value);
            return Comparison.Same("mean", op(drawn[0].Value, 2 * drawn[1].Value), mean, Tolerance)
                .Then(() => Comparison.Same("mean", op(drawn[0].Value, 1e-90 * drawn[1].Value), mean, Tolerance));
        }),
        Own("a mean of nothing is 0", "No losses at all give 0, and a gradient for no losses.", (op, _) =>
        {
            var losses = zeros([0, 3], dtype: ScalarType.Float64, requires_grad: true);
            var mean = op(losses, zeros([0, 3], dtype: ScalarType.Float64));
            mean.backward();
            return Comparison.Same("mean", mean, zeros([], dtype: ScalarType.Float64), Tolerance)
                .Then(() => Comparison.Same("gradient", losses.grad!, losses, Tolerance));
        }) with { Cases = 1 },
    ];
}
