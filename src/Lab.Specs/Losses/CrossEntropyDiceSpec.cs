using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Cross-entropy and Dice against the library's cross-entropy and sums in plain doubles.</summary>
public sealed class CrossEntropyDiceSpec : Spec<Func<Tensor, Tensor, double, double, long, Tensor>, RegionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, long, Tensor> Op => Loss.CrossEntropyDice;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, long, Tensor> Oracle => (logits, targets, share, smoothing, ignoreIndex) =>
    {
        var ignored = targets == ignoreIndex;
        var pixels = F.cross_entropy(logits.masked_fill(ignored.unsqueeze(1), 0), targets, null, ignoreIndex, nn.Reduction.None);
        var counts = ignored.logical_not().reshape(targets.size(0), -1).sum(1).clamp(min: 1);
        var dice = new DiceSpec().Oracle(logits, targets, smoothing, ignoreIndex, RegionClasses.Present, RegionScope.Image);
        return share * dice + (1 - share) * pixels.reshape(targets.size(0), -1).sum(1) / counts;
    };

    /// <inheritdoc/>
    public override Gen<RegionCase> Cases =>
        from c in RegionCase.Any
        from share in Gen.Elements(0.0, 0.3, 0.5, 1.0)
        from smoothing in Gen.Elements(0.0, 1.0)
        select c with
        {
            Alpha = share,
            Smoothing = smoothing,
            Classes = RegionClasses.Present,
            Scope = RegionScope.Image,
            Extremes = [1e4, -1e4],
        };

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(RegionCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, double, long, Tensor> op, RegionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, @case.Smoothing, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double, long, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, double, double, long, Tensor>>("logits", (op, z, y, _) => op(z, y, 0.5, 0, -100))
            .Where(bad => bad.Parameter != "weight"),
        new("a negative share", "share", Usual, (op, x) => op(x[0], x[1], -0.1, 0, -100)),
        new("a share above 1", "share", Usual, (op, x) => op(x[0], x[1], 1.1, 0, -100)),
        new("a share NaN", "share", Usual, (op, x) => op(x[0], x[1], double.NaN, 0, -100)),
        new("a negative smoothing", "smoothing", Usual, (op, x) => op(x[0], x[1], 0.5, -1, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double, long, Tensor>, RegionCase>> OwnLaws =>
    [
        Own("its ends are the two losses", "With the share 1 it is Dice, with 0 the mean cross-entropy of each image; extreme logits too.", (op, c) =>
        {
            var drawn = (c with { Scale = 1e3 }).Draw();
            var (z, y) = (drawn[0].Value, drawn[1].Value);
            var valid = y != c.IgnoreIndex;
            var means = stack([.. Enumerable.Range(0, c.B).Select(b => Loss.WeightedMean(
                Loss.CrossEntropy(z.narrow(0, b, 1), y.narrow(0, b, 1), null, c.IgnoreIndex), valid.narrow(0, b, 1)))]);
            return Comparison.Same("result", op(z, y, 1, c.Smoothing, c.IgnoreIndex), Loss.Dice(z, y, c.Smoothing, c.IgnoreIndex), Tolerance)
                .Then(() => Comparison.Same("result", op(z, y, 0, c.Smoothing, c.IgnoreIndex), means, Tolerance));
        }),
        Own("between its ends it is a straight line", "At the share λ it is (1 - λ) times the one plus λ times the other.", (op, c) =>
        {
            var drawn = c.Draw();
            Tensor At(double share) => op(drawn[0].Value, drawn[1].Value, share, c.Smoothing, c.IgnoreIndex);
            return Comparison.Same("result", At(0.25), 0.75 * At(0) + 0.25 * At(1), Tolerance);
        }),
    ];

    private static Tensor[] Usual() => [ones(1, 3, 2), zeros(1, 2, dtype: ScalarType.Int64)];
}
