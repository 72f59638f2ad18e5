using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Jaccard loss against its sums and gradient in plain doubles.</summary>
public sealed class JaccardSpec : OverlapSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, RegionClasses, RegionScope, Tensor> Op => Loss.Jaccard;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, long, RegionClasses, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        .. LawsOfRegions,
        Own("on hard predictions it is 1 less the IoU", "With probabilities 0 and 1 it is 1 - TP / (TP + FP + FN), counted pixel by pixel.", (op, c) =>
        {
            var hard = c with { Scope = RegionScope.Image, Smoothing = 0, Classes = RegionClasses.Present };
            var drawn = hard.Draw();
            var predicted = drawn[0].Value.argmax(1);
            return Comparison.Same(
                "result", Apply(op, hard, OneHot(predicted, c.K) * 1e4, drawn[1].Value),
                DiceSpec.Counted(predicted, drawn[1].Value, hard, (tp, wrong) => wrong / (tp + wrong)), Tolerance);
        }),
        Own("it is 2d / (1 + d) of the Dice loss", "For an image of one class, seen through that class alone.", (op, c) =>
        {
            var one = c with { Shown = 1, Classes = RegionClasses.Present, Smoothing = 0 };
            var drawn = one.Draw();
            var d = Loss.Dice(drawn[0].Value, drawn[1].Value, 0, c.IgnoreIndex, RegionClasses.Present, c.Scope);
            return Comparison.Same("result", Apply(op, one, drawn[0].Value, drawn[1].Value), 2 * d / (1 + d), Tolerance);
        }),
    ];

    /// <inheritdoc/>
    protected override double Value(double[] p, bool[] y, double[] slopes, double smoothing)
    {
        var (common, union) = (smoothing, smoothing);
        for (var n = 0; n < p.Length; n++)
            (common, union) = (common + (y[n] ? p[n] : 0), union + p[n] + (y[n] ? 1 - p[n] : 0));
        if (union == 0)
            return 0;
        for (var n = 0; n < p.Length; n++)
            slopes[n] = y[n] ? -1 / union : common / (union * union);
        return 1 - common / union;
    }
}
