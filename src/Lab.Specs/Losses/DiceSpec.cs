using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Dice loss against its sums and gradient in plain doubles.</summary>
public sealed class DiceSpec : OverlapSpec
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, long, RegionClasses, RegionScope, Tensor> Op => Loss.Dice;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, long, RegionClasses, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        .. LawsOfRegions,
        Own("on hard predictions it is 1 less the F1 score", "With probabilities 0 and 1 it is 1 - 2·TP / (2·TP + FP + FN), counted pixel by pixel.", (op, c) =>
        {
            var hard = c with { Scope = RegionScope.Image, Smoothing = 0, Classes = RegionClasses.Present };
            var drawn = hard.Draw();
            var predicted = drawn[0].Value.argmax(1);
            return Comparison.Same(
                "result", Apply(op, hard, OneHot(predicted, c.K) * 1e4, drawn[1].Value),
                Counted(predicted, drawn[1].Value, hard, (tp, wrong) => wrong / (2 * tp + wrong)), Tolerance);
        }),
        Own("what is ignored is in no sum", "The loss of an image with ignored pixels is that of the image without these pixels.", (op, c) =>
        {
            var one = c with { B = 1, Ignored = 0.4, IgnoreIndex = 255 };
            var drawn = one.Draw();
            var (z, y) = (drawn[0].Value.reshape(c.K, -1), drawn[1].Value.reshape(-1));
            var kept = (y != 255).nonzero().squeeze(1);
            return Comparison.Same(
                "result", Apply(op, one, drawn[0].Value, drawn[1].Value),
                Apply(op, one, z.index_select(1, kept).unsqueeze(0), y.index_select(0, kept).unsqueeze(0)), Tolerance);
        }),
        Own("more smoothing, less loss", "s is added to both sides of the ratio: the loss never rises with it, and 1e12 pixels of it leave none.", (op, c) =>
        {
            var drawn = c.Draw();
            var (usual, most) = (Apply(op, c, drawn[0].Value, drawn[1].Value), Apply(op, c with { Smoothing = 1e12 }, drawn[0].Value, drawn[1].Value));
            return Verdict.Require((most <= usual + 1e-12).all().ToBoolean(), "The loss rose.")
                .Then(() => Comparison.Same("result", most, zeros_like(most), new Tolerance(0, 1e-9)));
        }),
    ];

    /// <summary>A mean over classes of a ratio of counts, image by image.</summary>
    internal static Tensor Counted(Tensor predicted, Tensor targets, RegionCase @case, Func<double, double, double> loss)
    {
        var (guess, truth) = (ClosedForm.Indices(predicted), ClosedForm.Indices(targets));
        var pixels = truth.Length / @case.B;
        var values = new double[@case.B];
        for (var b = 0; b < @case.B; b++)
        {
            var kept = Enumerable.Range(b * pixels, pixels).Where(i => truth[i] != @case.IgnoreIndex).ToArray();
            var losses = new List<double>();
            for (var k = 0; k < @case.K; k++)
            {
                var (hits, wrong) = (kept.Count(i => guess[i] == k && truth[i] == k), kept.Count(i => (guess[i] == k) != (truth[i] == k)));
                if (@case.Classes == RegionClasses.All || kept.Any(i => truth[i] == k))
                    losses.Add(hits + wrong == 0 ? 0 : loss(hits, wrong));
            }
            values[b] = losses.DefaultIfEmpty(0).Average();
        }
        return tensor(values);
    }

    /// <inheritdoc/>
    protected override double Value(double[] p, bool[] y, double[] slopes, double smoothing)
    {
        var (common, mass) = (smoothing, smoothing);
        for (var n = 0; n < p.Length; n++)
            (common, mass) = (common + (y[n] ? 2 * p[n] : 0), mass + p[n] + (y[n] ? 1 : 0));
        if (mass == 0)
            return 0;
        for (var n = 0; n < p.Length; n++)
            slopes[n] = common / (mass * mass) - (y[n] ? 2 / mass : 0);
        return 1 - common / mass;
    }
}
