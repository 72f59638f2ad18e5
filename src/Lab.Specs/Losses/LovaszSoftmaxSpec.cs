using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Lovász-softmax against the integral of the Jaccard loss over all thresholds of the error.</summary>
public sealed class LovaszSoftmaxSpec : RegionSpec<Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor> Op => Loss.LovaszSoftmax;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor> Oracle =>
        (logits, targets, ignoreIndex, classes, scope) => MapOracle.Softmax(
            logits, targets, ignoreIndex, scope, MapOracle.MeanOfClasses(classes, (p, y, slopes) =>
            {
                var value = JaccardSets.Extension(Errors(p, y), y, slopes);
                for (var n = 0; n < p.Length; n++)
                    slopes[n] *= y[n] ? -1 : 1;
                return value;
            }));

    /// <inheritdoc/>
    public override Gen<RegionCase> Cases => RegionCase.Any;

    /// <inheritdoc/>
    public override bool SmoothAt(RegionCase @case) => @case is { Scale: > 0, Decimals: null };

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor> op, RegionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.IgnoreIndex, @case.Classes, @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor>>> BadInputs =>
        Refused((op, z, y, _, classes, scope) => op(z, y, Loss.DefaultIgnoreIndex, classes, scope)).Where(bad => bad.Parameter != "smoothing");

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, RegionClasses, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        .. LawsOfRegions,
        Own("on hard predictions it is 1 less the IoU", "With probabilities 0 and 1 it is the Jaccard loss, counted pixel by pixel.", (op, c) =>
        {
            var hard = c with { Scope = RegionScope.Image };
            var drawn = hard.Draw();
            var predicted = drawn[0].Value.argmax(1);
            return Comparison.Same(
                "result", Apply(op, hard, OneHot(predicted, c.K) * 1e4, drawn[1].Value),
                DiceSpec.Counted(predicted, drawn[1].Value, hard, (tp, wrong) => wrong / (tp + wrong)), Tolerance);
        }),
        Own("no order of the pixels gives more", "For maps of up to six pixels it is the greatest of the sums over all orders in which pixels can go wrong.", (op, c) =>
        {
            var small = c with { B = 1, Scope = RegionScope.Image, Extra = new([Math.Clamp(c.Extra.Sizes.Aggregate(1L, (n, s) => n * s), 2, 6)]) };
            var drawn = small.Draw();
            return Comparison.Same(
                "result", Apply(op, small, drawn[0].Value, drawn[1].Value),
                MapOracle.Softmax(
                    drawn[0].Value, drawn[1].Value, c.IgnoreIndex, RegionScope.Image,
                    MapOracle.MeanOfClasses(c.Classes, (p, y, _) => JaccardSets.GreatestOfAllOrders(Errors(p, y), y))), Tolerance);
        }) with { Cases = 30 },
        Own("pixels are looked at, not rows of the map", "The map of two images and three classes on which the textbook's code gives 0.087 has its right value; float64 works.", (op, _) =>
        {
            using var generator = new Generator(0);
            var (logits, targets) = (randn([2, 3, 2, 2], dtype: ScalarType.Float64, generator: generator), randint(0, 3, [2, 2, 2], dtype: ScalarType.Int64, generator: generator));
            var flat = op(logits.reshape(2, 3, 4), targets.reshape(2, 4), -100, RegionClasses.Present, RegionScope.Batch);
            return Comparison.Same("result", op(logits, targets, -100, RegionClasses.Present, RegionScope.Batch), flat, Tolerance)
                .Then(() => Verdict.Require(flat.ToDouble() > 0.4, $"The map has the loss {flat.ToDouble()}, though every answer is a guess."));
        }) with { Cases = 1 },
        Own("an absent class costs its greatest false alarm", "With one class shown, each of the others costs, under All, the greatest probability it is given.", (op, c) =>
        {
            var one = c with { Shown = 1, B = 1, Ignored = 0, IgnoreIndex = -100, Scope = RegionScope.Image, Scale = Math.Min(c.Scale, 3) };
            var drawn = one.Draw();
            var (z, y) = (drawn[0].Value, drawn[1].Value);
            var all = op(z, y, -100, RegionClasses.All, RegionScope.Image) * c.K;
            var alarms = z.softmax(1).reshape(c.K, -1).narrow(0, 1, c.K - 1).amax([1]).sum();
            return c.K == 1
                ? Verdict.DoesNotApply
                : Comparison.Same("result", all - op(z, y, -100, RegionClasses.Present, RegionScope.Image), alarms.reshape(1), Tolerance);
        }),
    ];

    private static double[] Errors(double[] p, bool[] y) => [.. p.Select((value, n) => y[n] ? 1 - value : value)];
}
