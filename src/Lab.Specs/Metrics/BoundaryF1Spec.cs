using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Boundary F1 against all pairs of contour pixels.</summary>
public sealed class BoundaryF1Spec : Spec<Func<Tensor, Tensor, long, double, long, Tensor>, LabelsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, long, Tensor> Op => Metric.BoundaryF1;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, double, long, Tensor> Oracle => (predictions, targets, classes, tolerance, ignoreIndex) =>
    {
        var (images, height, width) = ((int)targets.size(0), (int)targets.size(1), (int)targets.size(2));
        var (guesses, truths) = (ClosedForm.Indices(predictions), ClosedForm.Indices(targets));
        var scores = new double[images * classes];
        for (var n = 0; n < scores.Length; n++)
        {
            var start = (int)(n / classes) * height * width;
            var (guess, truth) = (Contour(guesses), Contour(truths));
            var precision = Near(guess, truth) / (double)guess.Count;
            var recall = Near(truth, guess) / (double)truth.Count;
            scores[n] = guess.Count + truth.Count == 0 ? double.NaN
                : guess.Count == 0 || truth.Count == 0 || precision + recall == 0 ? 0
                : 2 * precision * recall / (precision + recall);

            List<(int Y, int X)> Contour(long[] map)
            {
                var found = new List<(int, int)>();
                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++)
                        if (Counts(y, x) && map[start + y * width + x] == n % classes
                            && (Other(y - 1, x) || Other(y + 1, x) || Other(y, x - 1) || Other(y, x + 1)))
                            found.Add((y, x));
                return found;

                bool Other(int y, int x) => y >= 0 && x >= 0 && y < height && x < width && Counts(y, x) && map[start + y * width + x] != n % classes;
            }

            bool Counts(int y, int x) => truths[start + y * width + x] != ignoreIndex;
        }
        return tensor(scores).reshape(images, classes);

        int Near(List<(int Y, int X)> some, List<(int Y, int X)> others) => some.Count(a => others.Any(
            b => (a.Y - b.Y) * (a.Y - b.Y) + (a.X - b.X) * (a.X - b.X) <= tolerance * tolerance));
    };

    /// <inheritdoc/>
    public override Gen<LabelsCase> Cases =>
        from c in LabelsCase.Any
        from tolerance in Gen.Elements(0.0, 1.0, 1.5, 3.0)
        select c with { Tolerance = tolerance, PerImage = true };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelsCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, double, long, Tensor> op, LabelsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.K, @case.Tolerance, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, double, long, Tensor>>> BadInputs =>
    [
        .. LabelsBadInputs.Of<Func<Tensor, Tensor, long, double, long, Tensor>>((op, guess, truth, classes) => op(guess, truth, classes, 1, -100)),
        new("rows", "predictions", () => [zeros([2, 2], dtype: ScalarType.Int64), zeros([2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 2, 1, -100)),
        new("a negative tolerance", "tolerance", () => [zeros([1, 2, 2], dtype: ScalarType.Int64), zeros([1, 2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 2, -1, -100)),
        new("a tolerance NaN", "tolerance", () => [zeros([1, 2, 2], dtype: ScalarType.Int64), zeros([1, 2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 2, double.NaN, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, double, long, Tensor>, LabelsCase>> OwnLaws =>
    [
        Own("the truth has the score 1", "For each class with a contour; NaN for the others; and whatever the tolerance.", (op, c) =>
        {
            var drawn = (c with { Right = 1, Ignored = 0, IgnoreIndex = -100 }).Draw();
            var scores = op(drawn[0].Value, drawn[1].Value, c.K, c.Tolerance, -100);
            return Comparison.Same("result", scores, ones_like(scores).masked_fill(scores.isnan(), double.NaN), Tolerance)
                .Then(() => Verdict.Require(c.K > 1 || scores.isnan().all().ToBoolean(), "A map of one class has a contour."));
        }),
        Own("a shift within the tolerance costs nothing", "A square moved by two pixels has the score 1 at tolerance 2, and less at 1.", (op, _) =>
        {
            var truth = zeros([1, 12, 12], dtype: ScalarType.Int64);
            truth.narrow(1, 4, 4).narrow(2, 4, 4).fill_(1);
            var moved = truth.roll(2, 2);
            return Comparison.Same("result", op(moved, truth, 2, 2, -100), ones(1, 2, dtype: ScalarType.Float64), Tolerance)
                .Then(() => Verdict.Require((op(moved, truth, 2, 1, -100) < 1).all().ToBoolean(), "At tolerance 1 the shift was not seen."));
        }) with { Cases = 1 },
        Own("more tolerance, no smaller score", "A wider tolerance never lowers the score, and precision and recall can change places.", (op, c) =>
        {
            var drawn = (c with { Ignored = 0, IgnoreIndex = -100 }).Draw();
            var (a, b) = (drawn[0].Value, drawn[1].Value);
            var (strict, mild) = (op(a, b, c.K, c.Tolerance, -100), op(a, b, c.K, c.Tolerance + 1, -100));
            return Verdict.Require((strict > mild + 1e-12).logical_not().all().ToBoolean(), "The score fell.")
                .Then(() => Comparison.Same("result", op(b, a, c.K, c.Tolerance, -100), strict, Tolerance));
        }),
    ];
}
