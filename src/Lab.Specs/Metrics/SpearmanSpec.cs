using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Spearman's correlation against ranks counted one by one, and their correlation in plain doubles.</summary>
public sealed class SpearmanSpec : Spec<Func<Tensor, Tensor, Tensor>, PairsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Metric.Spearman;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (predictions, targets) =>
    {
        var examples = (int)predictions.size(0);
        var (x, y) = (ClosedForm.Numbers(predictions), ClosedForm.Numbers(targets));
        var columns = x.Length / examples;
        var results = new double[columns];
        for (var column = 0; column < columns; column++)
            results[column] = Correlation(Ranks(Column(x, column)), Ranks(Column(y, column)));
        return tensor(results).reshape(predictions.shape[1..]);

        double[] Column(double[] values, int column) => [.. Enumerable.Range(0, examples).Select(i => values[i * columns + column])];
    };

    /// <inheritdoc/>
    public override Gen<PairsCase> Cases => PairsCase.Any.Select(c => c with
    {
        ExtremesOfValue = [1e4, -1e4, double.PositiveInfinity, double.NegativeInfinity],
    });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, PairsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs => PairsBadInputs.All;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PairsCase>> OwnLaws =>
    [
        Own("only the order matters", "Any rising function of the predictions leaves it, any falling one turns its sign.", (op, c) =>
        {
            var drawn = (c with { Scale = Math.Min(c.Scale, 1), Offset = 0 }).Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            var rho = op(x, y);
            return Comparison.Same("result", op(x.exp(), y), rho, Tolerance)
                .Then(() => Comparison.Same("result", op(x, y.pow(3)), rho, Tolerance))
                .Then(() => Comparison.Same("result", op(-x, y), -rho, Tolerance));
        }),
        Own("without ties it is the textbook's sum of squares", "ρ = 1 - 6·Σ d² / (n·(n² - 1)) for two orders of the numbers 1 to n.", (op, c) =>
        {
            if (c.B < 2)
                return Verdict.DoesNotApply;
            var drawn = (c with { Extra = new([]), Ties = false, Scale = 1 }).Draw();
            var (x, y) = (drawn[0].Value.argsort().to(ScalarType.Float64), drawn[1].Value.argsort().to(ScalarType.Float64));
            var n = (double)c.B;
            var expected = 1 - 6 * (x - y).square().sum() / (n * (n * n - 1));
            return Comparison.Same("result", op(x, y), expected, Tolerance);
        }),
        Own("equal values share their rank", "[1, 1, 2] against [1, 2, 3] has the ranks [1.5, 1.5, 3] and ρ = √3 / 2.", (op, _) =>
            Comparison.Same("result", op(tensor([1.0, 1.0, 2.0]), tensor([1.0, 2.0, 3.0])), tensor(Math.Sqrt(3) / 2), Tolerance))
            with { Cases = 1 },
        Own("what is no number has no rank", "A NaN among the predictions gives NaN, in its own column alone.", (op, _) =>
            Comparison.Same(
                "result", op(tensor([1.0, 1.0, double.NaN, 2.0]).reshape(2, 2), tensor([1.0, 1.0, 2.0, 2.0]).reshape(2, 2)),
                tensor([double.NaN, 1.0]), Tolerance)) with { Cases = 1 },
    ];

    private static double[] Ranks(double[] values) =>
        Array.ConvertAll(values, v => values.Count(other => other < v) + (values.Count(other => other == v) + 1) / 2.0);

    private static double Correlation(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
            (xy, xx, yy) = (xy + (x[i] - meanX) * (y[i] - meanY), xx + Square(x[i] - meanX), yy + Square(y[i] - meanY));
        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }

    private static double Square(double x) => x * x;
}
