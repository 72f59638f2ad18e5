using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Calibration;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Calibration;

/// <summary>The fitted temperature against 60 halvings on the slope in plain doubles.</summary>
public sealed class FitTemperatureSpec : Spec<Func<Tensor, Tensor, long, Tensor>, ClassCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Op => Confidence.FitTemperature;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Oracle => (logits, targets, ignoreIndex) =>
    {
        var rows = Rows(logits, targets, ignoreIndex).ToArray();
        if (rows.Any(row => double.IsNaN(row.OfTruth)))                   // an example for which nothing can be
            return tensor(double.NaN).to(logits.dtype);
        var range = rows.SelectMany(row => row.Below).Where(double.IsFinite).Select(below => -below).DefaultIfEmpty(0).Max();
        return tensor(range == 0 ? 1.0 : 1 / Sharpness(rows, range)).to(logits.dtype);
    };

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        from c in ClassCase.Any
        from more in Gen.Elements(1, 10)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 30.0)
        select c with { B = c.B * more, Scale = scale, Weighted = false, Extremes = [1e4, -1e4, double.NegativeInfinity] };

    /// <summary>The slope is a sum with rounding errors; its zero is as exact as they allow.</summary>
    public override Tolerance Tolerance => new(1e-8, 0);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ClassCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbIgnored(arguments);

    /// <summary>The temperatures of batches of 1 to 50 examples; the batch mixes them.</summary>
    public override Tensor[] Call(Func<Tensor, Tensor, long, Tensor> op, ClassCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, Tensor>>> BadInputs =>
        ClassBadInputs.Of<Func<Tensor, Tensor, long, Tensor>>("logits", (op, z, y, _) => op(z, y, Loss.DefaultIgnoreIndex))
            .Where(bad => bad.Parameter != "weight");

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, Tensor>, ClassCase>> OwnLaws =>
    [
        Own("no temperature is better", "The cross-entropy at the fitted temperature is no higher than at any other of a grid, near and far.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, targets) = (drawn[0].Value, drawn[1].Value);
            var fitted = op(logits, targets, c.IgnoreIndex);
            var least = Cost(fitted);
            var others = new[] { 0.01, 0.1, 0.5, 0.9, 0.999, 1.001, 1.1, 2, 10, 100 }
                .Select(factor => fitted * factor).Where(t => Inside(t, logits, targets, c.IgnoreIndex)).Append(tensor(1.0)).Select(Cost);
            return Verdict.Require(others.All(cost => least <= cost + 1e-12 * (1 + cost)), $"At {fitted.item<double>()} it is {least}, and less elsewhere.");

            double Cost(Tensor temperature) =>
                Loss.CrossEntropy(logits / temperature, targets, null, c.IgnoreIndex).sum().item<double>();
        }),
        Own("scaled logits scale the temperature", "Logits times 7 have 7 times the temperature.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, targets) = (drawn[0].Value, drawn[1].Value);
            if (logits.masked_fill((targets == c.IgnoreIndex).unsqueeze(1), 0) is var z && (z.amax([1]) == z.amin([1])).all().item<bool>())
                return Verdict.DoesNotApply;
            return Comparison.Same(
                "temperature", op(7 * logits, targets, c.IgnoreIndex), 7 * op(logits, targets, c.IgnoreIndex), Tolerance);
        }),
        Own("the temperature of the source is found", "Targets drawn from softmax(z / 3), 20,000 of them, give 3 within 5 per cent; divided by it, the logits are calibrated.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = 6 * randn([20_000, 4], dtype: ScalarType.Float64, generator: generator);
            var targets = multinomial((logits / 3).softmax(1), 1, true, generator).squeeze(1);
            var fitted = op(logits, targets, -100);
            return Comparison.Same("temperature", fitted, tensor(3.0), new Tolerance(0.05, 0)).Then(() => Verdict.Require(
                Error(logits / fitted) < 0.02 && Error(logits) > 0.1, $"The error goes from {Error(logits)} to {Error(logits / fitted)}."));

            double Error(Tensor z) => Confidence.ExpectedCalibrationError(z.softmax(1), targets).item<double>();
        }) with { Cases = 1 },
        Own("at its end where nothing finite is best", "All right: 1e-4 of the range. All wrong: 1e4 of it. All logits equal, or no valid target: 1.", (op, _) =>
        {
            var logits = tensor([2.0, 0.0, 0.0, 1.0]).reshape(2, 2);
            return Comparison.Same("temperature of right answers", op(logits, tensor([0L, 1L]), -100), tensor(2e-4), Tolerance)
                .Then(() => Comparison.Same("temperature of wrong answers", op(logits, tensor([1L, 0L]), -100), tensor(2e4), Tolerance))
                .Then(() => Comparison.Same("temperature of equal logits", op(ones_like(logits), tensor([1L, 0L]), -100), tensor(1.0), Tolerance))
                .Then(() => Comparison.Same("temperature of nothing", op(logits, tensor([-100L, -100L]), -100), tensor(1.0), Tolerance))
                .Then(() => Comparison.Same("temperature of no examples", op(logits[..0], zeros(0, dtype: ScalarType.Int64), -100), tensor(1.0), Tolerance));
        }) with { Cases = 1 },
    ];

    /// <summary>Whether a temperature is one of those that the op may answer with.</summary>
    private static bool Inside(Tensor temperature, Tensor logits, Tensor targets, long ignoreIndex)
    {
        var valid = logits.masked_fill((targets == ignoreIndex).unsqueeze(1), 0);
        var range = (valid.amax([1]) - valid.amin([1])).max().item<double>();
        return temperature.item<double>() >= 1e-4 * range && temperature.item<double>() <= 1e4 * range;
    }

    /// <summary>Each valid example's logits less their maximum, and that of the truth.</summary>
    private static IEnumerable<(double[] Below, double OfTruth)> Rows(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var classes = (int)logits.size(1);
        var truth = ClosedForm.Indices(targets);
        var rows = ClosedForm.Numbers(logits.movedim([1], [-1])).Chunk(classes).ToArray();
        for (var i = 0; i < truth.Length; i++)
            if (truth[i] != ignoreIndex)
                yield return (Array.ConvertAll(rows[i], z => z - rows[i].Max()), rows[i][truth[i]] - rows[i].Max());
    }

    private static double Sharpness((double[] Below, double OfTruth)[] rows, double range)
    {
        var (low, high) = (1e-4 / range, 1e4 / range);
        if (rows.All(row => row.OfTruth == 0) || Slope(rows, high) <= 0)
            return high;
        if (Slope(rows, low) >= 0)
            return low;
        for (var i = 0; i < 60; i++)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Slope(rows, middle) < 0 ? (middle, high) : (low, middle);
        }
        return Math.Sqrt(low * high);
    }

    private static double Slope((double[] Below, double OfTruth)[] rows, double sharpness) => rows.Sum(row =>
    {
        var (sum, total) = (0.0, 0.0);
        foreach (var z in row.Below.Where(double.IsFinite))
            (sum, total) = (sum + Math.Exp(sharpness * z), total + z * Math.Exp(sharpness * z));
        return total / sum - row.OfTruth;
    });
}
