using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>The nucleus against adding up sorted probabilities one by one.</summary>
public sealed class NucleusSpec : FilterSpec<Func<Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => LogitFilter.Nucleus;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, p) => ByRow(logits, (z, _) =>
    {
        var kept = p == 1 || double.IsNegativeInfinity(z.Max()) ? [.. Enumerable.Range(0, z.Length)] : Fewest(Ordered(z), Softmax(z), p);
        return Kept(z, kept.Contains);
    });

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override FilterCase Enlarge(FilterCase @case) => @case.Enlarged();

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
        [.. BadLogits((op, x) => op(x, 0.5)), .. BadShares("p", (op, x, p) => op(x, p))];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        KeepsOrDrops, KeepsTheBest, GradientPasses, ConstantChangesNothing,
        Own("p is reached, and not without the last token", "The mass kept is at least p; without its least probable token it is less.", (op, c) =>
        {
            var logits = Arguments(c)[0];
            var mass = where(op(logits, c.Number).isfinite(), logits.softmax(1), 0);
            var least = where(mass > 0, mass, 2).amin([1]);
            return Verdict.Require(mass.sum(1).ge(c.Number - 2e-6).all().ToBoolean(), "The nucleus does not reach p.")
                .Then(() => Verdict.Require(
                    c.Number == 1 || (mass.sum(1) - least).lt(c.Number).all().ToBoolean(), "The nucleus reaches p without its last token."));
        }),
        Own("the boundary is exact", "Of the probabilities [.5, .25, .25] p = .5 keeps the first alone, p = .75 two, in every dtype.", (op, _) =>
            new[] { ScalarType.Float64, ScalarType.Float32 }.Aggregate(Verdict.Holds, (verdict, dtype) => verdict.Then(() =>
            {
                var logits = tensor([0.5, 0.25, 0.25], dtype: dtype).log().unsqueeze(0);
                return Stays(op(logits, 0.5), [true, false, false]).Then(() => Stays(op(logits, 0.75), [true, true, false]))
                    .Then(() => Stays(op(logits, 0.76), [true, true, true])).On([new("logits", logits)]);
            }))) with { Cases = 1 },
        Own("rounding does not move the boundary", "Ten tokens of .1: p = .1, .2, ... keeps one, two, ...; of q and 1 - q p = q keeps one, whatever sums and logarithms round to.", (op, _) =>
            new[] { ScalarType.Float64, ScalarType.Float32 }.Aggregate(Verdict.Holds, (verdict, dtype) => verdict.Then(() =>
            {
                var logits = full([1, 10], 0.1, dtype: dtype).log();
                var counts = Enumerable.Range(1, 9).Select(n => op(logits, n / 10.0).isfinite().sum().ToInt64()).ToArray();
                var coins = Enumerable.Range(51, 49).Select(q => op(tensor([q / 100.0, 1 - q / 100.0], dtype: dtype).log().unsqueeze(0), q / 100.0).isfinite().sum());
                return Comparison.Same("number of tokens", tensor(counts), arange(1, 10), new Tolerance(0, 0))
                    .Then(() => Comparison.Same("number of tokens of two", stack(coins), ones(49, ScalarType.Int64), new Tolerance(0, 0)));
            }))) with { Cases = 1 },
        Own("it can follow another filter", "After top-k the shares are those among the tokens that are left.", (op, _) =>
            Stays(op(LogitFilter.TopK(tensor([0.4, 0.2, 0.2, 0.2]).log().unsqueeze(0), 2), 0.66), [true, false, false, false]))
            with { Cases = 1 },
    ];

    private static Verdict Stays(Tensor filtered, bool[] expected) =>
        Comparison.Same("mask of kept tokens", filtered[0].isfinite(), tensor(expected), new Tolerance(0, 0));
}
