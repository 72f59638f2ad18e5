using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Activations;

/// <summary>Logsumexp against the library's, with gradient 0 where the library's is NaN: in rows of only -∞.</summary>
public sealed class LogSumExpSpec : Spec<Func<Tensor, long, bool, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, bool, Tensor> Op => Activation.LogSumExp;

    /// <inheritdoc/>
    public override Func<Tensor, long, bool, Tensor> Oracle => (logits, dim, keepdim) =>
    {
        var empty = logits.isneginf().all(dim, keepdim: true);
        var result = logsumexp(logits.masked_fill(empty, 0), dim, keepdim);
        return result.masked_fill(keepdim ? empty : empty.squeeze(dim), double.NegativeInfinity);
    };

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases => LogitsCase.Any.Select(c => c with
    {
        Reduces = true,
        Extremes = [1e4, -1e4, double.NegativeInfinity],
        ExtremesOfValue = [double.PositiveInfinity, double.NaN],
    });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, bool, Tensor> op, LogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Dim, @case.KeepDim)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, bool, Tensor>>> BadInputs =>
        CommonBadInputs.AlongDimension<Func<Tensor, long, bool, Tensor>>("logits", (op, x, dim) => op(x, dim, false));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, bool, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("it is a smooth maximum", "max z ≤ logsumexp(z) ≤ max z + log K.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var above = op(logits, c.Dim, true) - logits.amax([c.Dim], keepdim: true);
            var most = Math.Log(logits.size(c.Dim));
            return Verdict.Require(
                above.ge(0).logical_and(above <= most + 1e-9).all().ToBoolean(), "It lies outside [max z, max z + log K].");
        }),
        Own("a constant moves through it", "logsumexp(z + c) = logsumexp(z) + c.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            return Comparison.Same(
                "result", op(logits + 4096, c.Dim, c.KeepDim), op(logits, c.Dim, c.KeepDim) + 4096, Tolerance);
        }),
    ];
}
