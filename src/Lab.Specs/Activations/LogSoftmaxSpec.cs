using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Log-softmax against the library's.</summary>
public sealed class LogSoftmaxSpec : Spec<Func<Tensor, long, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Op => Activation.LogSoftmax;

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Oracle => F.log_softmax;

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases =>
        LogitsCase.Any.Select(c => c with
        {
            Extremes = [1e4, -1e4, double.NegativeInfinity],
            ExtremesOfValue = [double.PositiveInfinity, double.NaN],
        });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, Tensor> op, LogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Dim)];

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override LogitsCase Enlarge(LogitsCase @case) => @case.Enlarged();

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, Tensor>>> BadInputs =>
        CommonBadInputs.AlongDimension<Func<Tensor, long, Tensor>>("logits", (op, x, dim) => op(x, dim));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("its exponential is a distribution", "exp of the result sums to 1, and no entry is above 0.", (op, c) =>
        {
            var logProbs = op(c.Draw()[0].Value, c.Dim);
            var sum = logProbs.exp().sum(c.Dim);
            return Comparison.Same("sum of probabilities", sum, ones_like(sum), Tolerance)
                .Then(() => Verdict.Require(logProbs.max().ToDouble() <= 0, "A log-probability is above 0."));
        }),
        Own("a constant added to a row changes nothing", "Only differences of logits matter.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            return Comparison.Same("result", op(logits + 4096, c.Dim), op(logits, c.Dim), new Tolerance(1e-8, 1e-9));
        }),
    ];
}
