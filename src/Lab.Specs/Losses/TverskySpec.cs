using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Tversky loss against its sums and gradient in plain doubles.</summary>
public sealed class TverskySpec : RegionSpec<Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor> Op => Loss.Tversky;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor> Oracle =>
        (logits, targets, alpha, beta, smoothing, ignoreIndex, classes, scope) => MapOracle.Softmax(
            logits, targets, ignoreIndex, scope,
            MapOracle.MeanOfClasses(classes, (p, y, slopes) => Value(p, y, slopes, alpha, beta, smoothing)));

    /// <inheritdoc/>
    public override Gen<RegionCase> Cases =>
        from c in RegionCase.Any
        from smoothing in Gen.Elements(0.0, 0.0, 1.0)
        from alpha in Gen.Elements(0.0, 0.3, 1.0, 2.0)
        from beta in Gen.Elements(0.5, 0.7, 1.0)
        select (c with { Smoothing = smoothing, Alpha = alpha, Beta = beta }).Smoothed();

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor> op, RegionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, @case.Beta, @case.Smoothing, @case.IgnoreIndex, @case.Classes, @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor>>> BadInputs =>
    [
        .. Refused((op, z, y, s, classes, scope) => op(z, y, 0.5, 0.5, s, Loss.DefaultIgnoreIndex, classes, scope)),
        new("a negative price", "alpha", Usual, (op, x) => op(x[0], x[1], -0.5, 0.5, 0, -100, RegionClasses.Present, RegionScope.Image)),
        new("a price NaN", "beta", Usual, (op, x) => op(x[0], x[1], 0.5, double.NaN, 0, -100, RegionClasses.Present, RegionScope.Image)),
        new("misses for nothing", "beta", Usual, (op, x) => op(x[0], x[1], 1, 0, 0, -100, RegionClasses.Present, RegionScope.Image)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double, double, long, RegionClasses, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        .. LawsOfRegions,
        Own("equal prices are Dice and Jaccard", "With α = β = ½ it is the Dice loss, with α = β = 1 the Jaccard loss.", (op, c) =>
        {
            var drawn = c.Draw();
            var (z, y) = (drawn[0].Value, drawn[1].Value);
            return Comparison.Same(
                    "result", op(z, y, 0.5, 0.5, c.Smoothing / 2, c.IgnoreIndex, c.Classes, c.Scope),
                    Loss.Dice(z, y, c.Smoothing, c.IgnoreIndex, c.Classes, c.Scope), Tolerance)
                .Then(() => Comparison.Same(
                    "result", op(z, y, 1, 1, c.Smoothing, c.IgnoreIndex, c.Classes, c.Scope),
                    Loss.Jaccard(z, y, c.Smoothing, c.IgnoreIndex, c.Classes, c.Scope), Tolerance));
        }),
        Own("each mistake has its price", "One pixel of four found, one missed and two false alarms: 1 - 1/(1 + 2α + β).", (op, c) =>
        {
            var truth = tensor([1L, 1L, 0L, 0L]).reshape(1, 4);
            var predicted = tensor([1L, 0L, 1L, 1L]).reshape(1, 4);
            var got = op(
                OneHot(predicted, 2) * 1e4, truth.masked_fill(truth == 0, 0), c.Alpha, c.Beta, 0, -100, RegionClasses.Present, RegionScope.Image);
            var (of1, of0) = (1 - 1 / (1 + 2 * c.Alpha + c.Beta), 1.0);   // no pixel of class 0 was found
            return Comparison.Same("result", got, tensor([(of0 + of1) / 2]), Tolerance);
        }),
    ];

    /// <summary>A class's loss and slopes, from sums over its pixels.</summary>
    internal static double Value(double[] p, bool[] y, double[] slopes, double alpha, double beta, double smoothing)
    {
        var (hits, alarms, misses) = (smoothing, 0.0, 0.0);
        for (var n = 0; n < p.Length; n++)
        {
            hits += y[n] ? p[n] : 0;
            alarms += y[n] ? 0 : p[n];
            misses += y[n] ? 1 - p[n] : 0;
        }
        var all = hits + alpha * alarms + beta * misses;
        if (all == 0)
            return 0;
        for (var n = 0; n < p.Length; n++)
            slopes[n] = (y[n] ? -(all - (1 - beta) * hits) : alpha * hits) / (all * all);
        return 1 - hits / all;
    }
}
