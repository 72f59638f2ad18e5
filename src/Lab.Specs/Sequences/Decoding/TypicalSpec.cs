using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Locally typical tokens against sorting distances from the entropy in plain doubles.</summary>
public sealed class TypicalSpec : FilterSpec<Func<Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => LogitFilter.Typical;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, share) => ByRow(logits, (z, _) =>
    {
        if (share == 1 || double.IsNegativeInfinity(z.Max()))
            return z;
        var p = Softmax(z);
        var entropy = p.Where(q => q > 0).Sum(q => -q * Math.Log(q));
        var logMass = z.Max() + Math.Log(z.Sum(x => Math.Exp(x - z.Max())));
        var order = Enumerable.Range(0, z.Length).OrderBy(v => Math.Round(Math.Abs(logMass - z[v] - entropy), 6)).ToArray();
        return Kept(z, Fewest(order, p, share).Contains);
    });

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(0.01, 0.2, 0.5, 0.9, 0.99, 1));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
        [.. BadLogits((op, x) => op(x, 0.5)), .. BadShares("p", (op, x, p) => op(x, p))];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        KeepsOrDrops, GradientPasses, ConstantChangesNothing,
        Own("p is reached", "The mass kept is at least p.", (op, c) =>
        {
            var logits = Arguments(c)[0];
            var mass = where(op(logits, c.Number).isfinite(), logits.softmax(1), 0);
            return Verdict.Require(mass.sum(1).ge(c.Number - 2e-6).all().ToBoolean(), "The tokens kept do not reach p.");
        }),
        Own("the most probable token may go", "Of one token of .4 and twenty of .03, those of .03 are the typical ones.", (op, _) =>
        {
            var logits = cat([tensor([0.4]), full([20], 0.03, dtype: ScalarType.Float64)]).log().unsqueeze(0);
            return Comparison.Same(
                "mask of kept tokens", op(logits, 0.3)[0].narrow(0, 0, 12).isfinite(),
                tensor([false, .. Enumerable.Repeat(true, 10), false]), Tolerance);
        }) with { Cases = 1 },
    ];
}
