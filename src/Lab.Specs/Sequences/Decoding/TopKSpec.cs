using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Top-k against counting the tokens that come before.</summary>
public sealed class TopKSpec : FilterSpec<Func<Tensor, long, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Op => LogitFilter.TopK;

    /// <inheritdoc/>
    public override Func<Tensor, long, Tensor> Oracle => (logits, k) => ByRow(logits, (z, _) => Kept(
        z, v => z.Where((other, u) => other > z[v] || (other == z[v] && u < v)).Count() < k));

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override FilterCase Enlarge(FilterCase @case) => @case.Enlarged();

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Choose(1, 11).Select(k => (double)k));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], (long)@case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, Tensor>>> BadInputs =>
    [
        .. BadLogits((op, x) => op(x, 2)),
        new("k = 0", "k", () => [ones(2, 3)], (op, x) => op(x[0], 0)),
        new("k = -1", "k", () => [ones(2, 3)], (op, x) => op(x[0], -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, Tensor>, FilterCase>> OwnLaws =>
    [
        KeepsOrDrops, KeepsTheBest, GradientPasses, ConstantChangesNothing,
        Own("exactly k tokens stay", "k tokens stay, though the last tie with others; all of them where k is more than there are.", (op, c) =>
        {
            var stay = op(Arguments(c)[0], (long)c.Number).isfinite().sum(1);
            return Comparison.Same("number of tokens", stay, full_like(stay, Math.Min((long)c.Number, c.V)), Tolerance);
        }),
        Own("the greatest are the library's", "The logits that stay are the values of topk.", (op, c) =>
        {
            var logits = Arguments(c)[0];
            var k = (int)Math.Min((long)c.Number, c.V);
            return Comparison.Same(
                "result", op(logits, (long)c.Number).sort(1, descending: true).Values.narrow(1, 0, k), logits.topk(k, 1).values, Tolerance);
        }),
    ];
}
