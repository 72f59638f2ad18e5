using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Hausdorff loss against distances over all pairs of pixels, in plain doubles.</summary>
public sealed class HausdorffSpec : MapSpec<Func<Tensor, Tensor, double, long, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, Tensor> Op => Loss.Hausdorff;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, Tensor> Oracle => (logits, targets, alpha, ignoreIndex) =>
        PerPixel(logits, targets, ignoreIndex, (p, truth, valid, slopes) =>
        {
            var (values, width) = (new double[truth.Length], (int)targets.size(2));
            for (var k = 0; k < p.Length; k++)
            {
                var there = AllPairs.Signed([.. truth.Select(y => y == k)], valid, width);
                var guessed = AllPairs.Signed([.. p[k].Select(q => q > 0.5)], valid, width);
                for (var i = 0; i < truth.Length; i++)
                {
                    if (!valid[i])
                        continue;
                    var far = (Away(there[i]) + Away(guessed[i])) / p.Length;
                    var mistake = p[k][i] - (truth[i] == k ? 1 : 0);
                    values[i] += mistake * mistake * far;
                    slopes[k][i] = 2 * mistake * far;
                }
            }
            return values;

            double Away(double signed) => signed == 0 ? 0 : Math.Pow(Math.Abs(signed) + 0.5, alpha);
        });

    /// <inheritdoc/>
    public override Gen<MapCase> Cases =>
        from c in MapCase.Any
        from alpha in Gen.Elements(0.5, 1.0, 2.0, 3.0)
        select c with { Alpha = alpha, Scale = c.Scale == 0 && c.K == 2 ? 1 : c.Scale, Extremes = c.K == 1 ? [1e4, -1e4] : [1e4, -1e4, 5e3] };

    /// <inheritdoc/>
    public override bool SmoothAt(MapCase @case) => @case is { Decimals: null };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                     // ½ of rounded numbers is another ½

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, long, Tensor> op, MapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, long, Tensor>>> BadInputs =>
    [
        .. Refused((op, z, y, _) => op(z, y, 2, Loss.DefaultIgnoreIndex)),
        new("the exponent 0", "alpha", Usual, (op, x) => op(x[0], x[1], 0, -100)),
        new("an exponent NaN", "alpha", Usual, (op, x) => op(x[0], x[1], double.NaN, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, long, Tensor>, MapCase>> OwnLaws =>
    [
        Own("the truth costs nothing", "Sure and right in every pixel, the loss is 0; it is never negative.", (op, c) =>
        {
            var drawn = c.Draw();
            var counted = drawn[1].Value.masked_fill(drawn[1].Value == c.IgnoreIndex, 0);
            var right = op(OneHot(counted, c.K) * 1e4, drawn[1].Value, c.Alpha, c.IgnoreIndex);
            return Comparison.Same("result", right, zeros_like(right), Tolerance)
                .Then(() => Verdict.Require((op(drawn[0].Value, drawn[1].Value, c.Alpha, c.IgnoreIndex) >= 0).all().ToBoolean(), "A loss is negative."));
        }),
        Own("a sure mistake costs its distances", "A false alarm at distance 3 from the region costs 3^α, and 1 for its own other side.", (op, c) =>
        {
            var targets = tensor([1L, 0L, 0L, 0L, 0L]).reshape(1, 1, 5);
            var map = tensor([1L, 0L, 0L, 1L, 0L]).reshape(1, 1, 5);
            var losses = op(OneHot(map, 2) * 1e4, targets, c.Alpha, -100);
            return Comparison.Same("result", losses, tensor([0, 0, 0, Math.Pow(3, c.Alpha) + 1, 0]).reshape(1, 1, 5), Tolerance);
        }),
        Own("the other class says the same", "With two classes, loss and gradient are those of either class alone: exchanging them changes nothing.", (op, c) =>
        {
            var two = c with { K = 2, Ignored = 0, IgnoreIndex = Loss.DefaultIgnoreIndex, Scale = 1 };
            var drawn = two.Draw();
            return Comparison.Same(
                "result", op(drawn[0].Value.flip(1), 1 - drawn[1].Value, c.Alpha, -100), op(drawn[0].Value, drawn[1].Value, c.Alpha, -100), Tolerance);
        }),
    ];
}
