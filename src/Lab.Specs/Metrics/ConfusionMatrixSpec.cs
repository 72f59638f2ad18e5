using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>The confusion matrix against counting one by one.</summary>
public sealed class ConfusionMatrixSpec : Spec<Func<Tensor, Tensor, long, long, Tensor>, LabelsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, long, Tensor> Op => Metric.ConfusionMatrix;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, long, Tensor> Oracle => (predictions, targets, classes, ignoreIndex) =>
    {
        var counts = new long[classes * classes];
        foreach (var (guess, truth) in ClosedForm.Indices(predictions).Zip(ClosedForm.Indices(targets)))
            if (truth != ignoreIndex)
                counts[truth * classes + guess]++;
        return tensor(counts).reshape(classes, classes);
    };

    /// <inheritdoc/>
    public override Gen<LabelsCase> Cases => LabelsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelsCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, long, Tensor> op, LabelsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.K, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, long, Tensor>>> BadInputs =>
        LabelsBadInputs.Of<Func<Tensor, Tensor, long, long, Tensor>>((op, guess, truth, classes) => op(guess, truth, classes, -100));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, long, Tensor>, LabelsCase>> OwnLaws =>
    [
        Own("every place is counted once", "The counts add up to the number of places that are not ignored, each row to those of its class.", (op, c) =>
        {
            var drawn = c.Draw();
            var counts = op(drawn[0].Value, drawn[1].Value, c.K, c.IgnoreIndex);
            var truth = stack([.. Enumerable.Range(0, c.K).Select(k => (drawn[1].Value == k).logical_and(drawn[1].Value != c.IgnoreIndex).sum())]);
            return Comparison.Same("sums of the rows", counts.sum(1), truth, Tolerance);
        }),
        Own("parts add up to the whole", "The matrix of a batch is the sum of the matrices of its images.", (op, c) =>
        {
            var drawn = c.Draw();
            var parts = Enumerable.Range(0, c.B).Select(b => op(drawn[0].Value[b], drawn[1].Value[b], c.K, c.IgnoreIndex));
            return Comparison.Same("result", op(drawn[0].Value, drawn[1].Value, c.K, c.IgnoreIndex), stack([.. parts]).sum([0]), Tolerance);
        }),
    ];
}
