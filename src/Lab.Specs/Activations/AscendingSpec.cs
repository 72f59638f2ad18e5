using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Activations;

/// <summary>Numbers that never fall, against adding up one step after the other.</summary>
public sealed class AscendingSpec : Spec<Func<Tensor, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Activation.Ascending;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => values =>
    {
        var entries = new List<Tensor>();
        foreach (var x in values.unbind(-1))
            entries.Add(entries.Count == 0 ? x : entries[^1] + logaddexp(x, zeros_like(x)));
        return stack(entries, -1);
    };

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases =>
        LogitsCase.Any.Select(c => c with { Name = "values", Dim = -1, Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("integer values", "values", () => [ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("null for values", "values", () => [], (op, _) => op(null!)),
        new("a scalar", "values", () => [ones([])], (op, x) => op(x[0])),
        new("nothing along the last dimension", "values", () => [ones(2, 0)], (op, x) => op(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("no entry is below the one before", "In float32 and float64, for numbers of any size, the order holds.", (op, c) =>
        {
            var values = c.Draw()[0].Value;
            return Ordered(op(values)).Then(() => Ordered(op(values.to(ScalarType.Float32)))).Then(() => Ordered(op(1e4 * values)));
        }),
        Own("the first entry is left alone", "a[0] = x[0].", (op, c) =>
        {
            var values = c.Draw()[0].Value;
            return Comparison.Same("first entry", op(values).narrow(-1, 0, 1), values.narrow(-1, 0, 1), new Tolerance(0, 0));
        }),
        Own("any rising numbers can be had", "The logarithm of exp(step) - 1 gives a step back: nothing in order is out of reach.", (op, c) =>
        {
            var steps = c.Draw()[0].Value.clamp(-30, 30).abs() + 0.01;
            var count = steps.size(-1);
            var values = cat([steps.narrow(-1, 0, 1), steps.narrow(-1, 1, count - 1).expm1().log()], -1);
            return Comparison.Same("result", op(values), steps.cumsum(-1), new Tolerance(1e-9, 1e-9));
        }),
    ];

    private static Verdict Ordered(Tensor values) =>
        Verdict.Require(values.diff(dim: -1).ge(0).all().ToBoolean(), $"In {values.dtype} an entry is below the one before.");
}
