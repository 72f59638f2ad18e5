using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Hard example mining against sorting, in plain doubles.</summary>
public sealed class OhemCrossEntropySpec : Spec<Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor>, RegionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor> Op => Loss.OhemCrossEntropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor> Oracle =>
        (logits, targets, threshold, leastKept, weight, ignoreIndex, scope) =>
        {
            var factors = weight is null ? null : ClosedForm.Numbers(weight);
            var pixels = ClosedForm.PerExample(logits, (z, i, slopes) =>
            {
                var y = ClosedForm.Indices(targets)[i];
                if (y == ignoreIndex)
                    return 0;
                var most = z.ToArray().Max();
                var sum = 0.0;
                for (var k = 0; k < z.Length; k++)
                    sum += slopes[k] = Math.Exp(z[k] - most);
                for (var k = 0; k < z.Length; k++)
                    slopes[k] /= sum;
                slopes[(int)y] -= 1;
                return Math.Log(sum) + most - z[(int)y];
            });
            var images = scope == RegionScope.Batch ? 1 : (int)logits.size(0);
            var (losses, truth) = (ClosedForm.Numbers(pixels), ClosedForm.Indices(targets));
            var shares = new double[losses.Length];
            for (var b = 0; b < images; b++)
            {
                var size = losses.Length / images;
                var kept = Enumerable.Range(b * size, size).Where(i => truth[i] != ignoreIndex).OrderByDescending(i => losses[i]).ToArray();
                if (kept.Length == 0)
                    continue;
                var bar = Math.Min(-Math.Log(threshold), losses[kept[Math.Min(leastKept, kept.Length) - 1]]);
                var hard = kept.Where(i => losses[i] >= bar).ToArray();
                foreach (var i in hard)
                    shares[i] = (factors?[truth[i]] ?? 1) / hard.Length;
            }
            var weighted = (pixels * tensor(shares).reshape(targets.shape)).reshape(images, -1).sum(1);
            return scope == RegionScope.Batch ? weighted.squeeze(0) : weighted;
        };

    /// <inheritdoc/>
    public override Gen<RegionCase> Cases =>
        from c in RegionCase.Any
        from threshold in Gen.Elements(0.1, 0.5, 0.9, 1.0)
        from least in Gen.Elements(1.0, 2.0, 100.0)
        from weighted in Gen.Elements(false, true)
        select c with { Weighted = weighted, Alpha = threshold, Beta = least, Extremes = [1e4, -1e4] };

    /// <inheritdoc/>
    public override bool SmoothAt(RegionCase @case) => @case is { Scale: > 0, Decimals: null };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                     // what is hard by a hair is not in 10 digits

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(RegionCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor> op, RegionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, (long)@case.Beta, arguments.ElementAtOrDefault(2), @case.IgnoreIndex, @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor>>(
            "logits", (op, z, y, weight) => op(z, y, 0.7, 1, weight, -100, RegionScope.Image)),
        new("a threshold of 0", "threshold", Usual, (op, x) => op(x[0], x[1], 0, 1, null, -100, RegionScope.Image)),
        new("a threshold above 1", "threshold", Usual, (op, x) => op(x[0], x[1], 1.1, 1, null, -100, RegionScope.Image)),
        new("a threshold NaN", "threshold", Usual, (op, x) => op(x[0], x[1], double.NaN, 1, null, -100, RegionScope.Image)),
        new("no pixels to keep", "leastKept", Usual, (op, x) => op(x[0], x[1], 0.7, 0, null, -100, RegionScope.Image)),
        new("a scope that is neither", "scope", Usual, (op, x) => op(x[0], x[1], 0.7, 1, null, -100, (RegionScope)2)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, long, Tensor?, long, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        Own("keeping all is the mean", "With the threshold 1, or more pixels to keep than there are, it is the mean cross-entropy.", (op, c) =>
        {
            var drawn = c.Draw();
            var (z, y) = (drawn[0].Value, drawn[1].Value);
            var mean = Loss.WeightedMean(Loss.CrossEntropy(z, y, null, c.IgnoreIndex), y != c.IgnoreIndex);
            return Comparison.Same("result", op(z, y, 1, 1, null, c.IgnoreIndex, RegionScope.Batch), mean, Tolerance)
                .Then(() => Comparison.Same("result", op(z, y, 0.1, 1000, null, c.IgnoreIndex, RegionScope.Batch), mean, Tolerance));
        }),
        Own("fewer pixels, greater mean", "The mean of the hard pixels is at least the mean of all; with one to keep and none above the bar it is the hardest.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var (z, y) = (drawn[0].Value * 0.1, drawn[1].Value);
            var losses = Loss.CrossEntropy(z, y, null, c.IgnoreIndex);
            var (all, one) = (op(z, y, 1, 1, null, c.IgnoreIndex, RegionScope.Batch), op(z, y, 1e-9, 1, null, c.IgnoreIndex, RegionScope.Batch));
            return Verdict.Require(one.ToDouble() >= all.ToDouble() - 1e-12, "The hardest pixel costs less than the mean.")
                .Then(() => Comparison.Same("result", one, losses.max(), Tolerance));
        }),
        Own("an easy pixel has no gradient", "One pixel at probability 0.9 and one at 0.2, with the threshold 0.7: the first is left alone.", (op, _) =>
        {
            var p = tensor([0.9, 0.2, 0.1, 0.8]).reshape(1, 2, 2);        // the true class is 0
            var logits = p.log().requires_grad_();
            var loss = op(logits, zeros(1, 2, dtype: ScalarType.Int64), 0.7, 1, null, -100, RegionScope.Image);
            loss.sum().backward();
            return Comparison.Same("result", loss, tensor([-Math.Log(0.2)]), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, tensor([0, -0.8, 0, 0.8]).reshape(1, 2, 2), Tolerance));
        }) with { Cases = 1 },
    ];

    private static Tensor[] Usual() => [ones(1, 3, 2), zeros(1, 2, dtype: ScalarType.Int64)];
}
