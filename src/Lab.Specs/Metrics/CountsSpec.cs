using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>What holds of every metric of a confusion matrix.</summary>
public abstract class CountsSpec : Spec<Func<Tensor, Tensor>, CountsCase>
{
    /// <summary>Whether there is one number per class, and not one for all.</summary>
    protected virtual bool PerClass => false;

    /// <summary>The metric of one matrix in plain doubles.</summary>
    protected abstract double[] Of(long[,] counts, int classes);

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => confusion =>
    {
        var classes = (int)confusion.size(-1);
        var values = ClosedForm.Numbers(confusion).Chunk(classes * classes).SelectMany(matrix =>
        {
            var counts = new long[classes, classes];
            for (var n = 0; n < matrix.Length; n++)
                counts[n / classes, n % classes] = (long)matrix[n];
            return Of(counts, classes);
        });
        return tensor(values.ToArray()).reshape([.. confusion.shape[..^2], .. PerClass ? [classes] : Array.Empty<long>()]);
    };

    /// <inheritdoc/>
    public override Gen<CountsCase> Cases => CountsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, CountsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("null for confusion", "confusion", () => [], (op, _) => op(null!)),
        new("a matrix of bytes", "confusion", () => [ones(2, 2, dtype: ScalarType.Byte)], (op, x) => op(x[0])),
        new("a row", "confusion", () => [ones(2)], (op, x) => op(x[0])),
        new("a matrix that is not square", "confusion", () => [ones(2, 3)], (op, x) => op(x[0])),
        new("no classes", "confusion", () => [ones(0, 0)], (op, x) => op(x[0])),
        new("negative counts", "confusion", () => [ones(2, 2) * -1], (op, x) => op(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, CountsCase>> OwnLaws =>
    [
        Own("all right is 1, all wrong is 0", "A diagonal matrix has 1 everywhere, one with an empty diagonal 0.", (op, c) =>
        {
            var right = op(eye(c.K, dtype: ScalarType.Int64) * 3);
            var verdict = Comparison.Same("result where all is right", right, ones_like(right), Tolerance);
            var wrong = op(1 - eye(c.K, dtype: ScalarType.Int64));
            return c.K == 1 ? verdict : verdict.Then(() => Comparison.Same("result where all is wrong", wrong, zeros_like(wrong), Tolerance));
        }),
        Own("how much was counted does not matter", "Ten times the counts give the same, as whole numbers and as real ones.", (op, c) =>
        {
            var counts = c.Draw()[0].Value;
            return Comparison.Same("result", op(counts * 10), op(counts), Tolerance)
                .Then(() => Comparison.Same("result", op(counts.to(ScalarType.Float32)), op(counts), Tolerance));
        }),
        Own("of nothing there is nothing to say", "An empty matrix gives NaN.", (op, c) =>
        {
            var result = op(zeros([c.K, c.K], dtype: ScalarType.Int64));
            return Verdict.Require(result.isnan().all().ToBoolean(), "An empty matrix has a score.");
        }),
        .. MoreLaws,
    ];

    /// <summary>Laws of one of them alone.</summary>
    protected virtual IEnumerable<Law<Func<Tensor, Tensor>, CountsCase>> MoreLaws => [];

    /// <summary>How often the class was found, is there, and was predicted.</summary>
    protected static (double Hits, double Truth, double Predicted) Class(long[,] counts, int k)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var (truth, predicted) = (0L, 0L);
        for (var j = 0; j < counts.GetLength(0); j++)
            (truth, predicted) = (truth + counts[k, j], predicted + counts[j, k]);
        return (counts[k, k], truth, predicted);
    }

    /// <summary>The mean of what is a number; NaN of none.</summary>
    protected static double Mean(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>IoU against sums in plain doubles.</summary>
public sealed class IntersectionOverUnionSpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.IntersectionOverUnion;

    /// <inheritdoc/>
    protected override bool PerClass => true;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes) => [.. Enumerable.Range(0, classes).Select(k => Iou(counts, k))];

    /// <inheritdoc/>
    protected override IEnumerable<Law<Func<Tensor, Tensor>, CountsCase>> MoreLaws =>
    [
        Own("it is 1 less the Jaccard loss", "Of hard predictions, over the classes that are there.", (op, c) =>
        {
            var drawn = new LabelsCase { B = 1, H = 4, W = 5, K = c.K, Right = 0.5, Seed = c.Seed }.Draw();
            var (guess, truth) = (drawn[0].Value, drawn[1].Value);
            var scores = op(Metric.ConfusionMatrix(guess, truth, c.K));
            var there = stack([.. Enumerable.Range(0, c.K).Select(k => (truth == k).any())]);
            var logits = nn.functional.one_hot(guess, c.K).movedim([-1], [1]).to(ScalarType.Float64) * 1e4;
            return Comparison.Same("mean over what is there", 1 - scores[there].mean().reshape(1), Core.Losses.Loss.Jaccard(logits, truth), Tolerance);
        }),
    ];

    internal static double Iou(long[,] counts, int k)
    {
        var (hits, truth, predicted) = Class(counts, k);
        return truth + predicted == 0 ? double.NaN : hits / (truth + predicted - hits);
    }
}

/// <summary>Mean IoU against sums in plain doubles.</summary>
public sealed class MeanIntersectionOverUnionSpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.MeanIntersectionOverUnion;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes) =>
        [Mean(Enumerable.Range(0, classes).Select(k => IntersectionOverUnionSpec.Iou(counts, k)))];

    /// <inheritdoc/>
    protected override IEnumerable<Law<Func<Tensor, Tensor>, CountsCase>> MoreLaws =>
    [
        Own("a false alarm of an absent class counts", "Half of one class's pixels taken for an absent one: IoU ½ and 0, mean ¼; a class that is nowhere counts not.", (op, _) =>
            Comparison.Same("result", op(tensor([2L, 2, 0, 0, 0, 0, 0, 0, 0]).reshape(3, 3)), tensor(0.25), Tolerance)) with { Cases = 1 },
    ];
}

/// <summary>Frequency-weighted IoU against sums in plain doubles.</summary>
public sealed class FrequencyWeightedIntersectionOverUnionSpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.FrequencyWeightedIntersectionOverUnion;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var (score, all) = (0.0, 0.0);
        foreach (var count in counts)
            all += count;
        for (var k = 0; k < classes; k++)
            score += Class(counts, k) is { Truth: > 0 } there ? there.Truth * IntersectionOverUnionSpec.Iou(counts, k) : 0;
        return [score / all];
    }
}

/// <summary>Pixel accuracy against sums in plain doubles.</summary>
public sealed class PixelAccuracySpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.PixelAccuracy;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var (right, all) = (0.0, 0.0);
        foreach (var count in counts)
            all += count;
        for (var k = 0; k < classes; k++)
            right += counts[k, k];
        return [right / all];
    }
}

/// <summary>Mean accuracy against sums in plain doubles.</summary>
public sealed class MeanAccuracySpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.MeanAccuracy;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes) => [Mean(Enumerable.Range(0, classes).Select(k =>
    {
        var (hits, truth, _) = Class(counts, k);
        return truth == 0 ? double.NaN : hits / truth;
    }))];
}

/// <summary>Dice scores against sums in plain doubles.</summary>
public sealed class DiceScoreSpec : CountsSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Metric.DiceScore;

    /// <inheritdoc/>
    protected override bool PerClass => true;

    /// <inheritdoc/>
    protected override double[] Of(long[,] counts, int classes) => [.. Enumerable.Range(0, classes).Select(k =>
    {
        var (hits, truth, predicted) = Class(counts, k);
        return truth + predicted == 0 ? double.NaN : 2 * hits / (truth + predicted);
    })];

    /// <inheritdoc/>
    protected override IEnumerable<Law<Func<Tensor, Tensor>, CountsCase>> MoreLaws =>
    [
        Own("it is 2·IoU / (1 + IoU)", "Class by class, NaN where the IoU is.", (op, c) =>
        {
            var counts = c.Draw()[0].Value;
            var iou = Metric.IntersectionOverUnion(counts);
            return Comparison.Same("result", op(counts), 2 * iou / (1 + iou), Tolerance);
        }),
    ];
}
