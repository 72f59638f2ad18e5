using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Core.Losses;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Boundary loss against distances over all pairs of pixels, in plain doubles.</summary>
public sealed class BoundarySpec : MapSpec<Func<Tensor, Tensor, long, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Op => Loss.Boundary;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Oracle => (logits, targets, ignoreIndex) =>
        PerPixel(logits, targets, ignoreIndex, (p, truth, valid, slopes) =>
        {
            var values = new double[truth.Length];
            for (var k = 0; k < p.Length; k++)
            {
                var distances = AllPairs.Signed([.. truth.Select(y => y == k)], valid, (int)targets.size(2));
                for (var i = 0; i < truth.Length; i++)
                    values[i] += p[k][i] * (slopes[k][i] = distances[i] / p.Length);
            }
            return values;
        });

    /// <inheritdoc/>
    public override Gen<MapCase> Cases => MapCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, Tensor> op, MapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, Tensor>>> BadInputs =>
        Refused((op, z, y, _) => op(z, y, Loss.DefaultIgnoreIndex));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, Tensor>, MapCase>> OwnLaws =>
    [
        Own("the truth costs least", "No sure map of the same pixels has a smaller sum than the truth itself.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var counted = drawn[1].Value.masked_fill(drawn[1].Value == c.IgnoreIndex, 0);
            var truth = op(OneHot(counted, c.K) * 1e4, drawn[1].Value, c.IgnoreIndex).sum();
            var other = op(OneHot(drawn[0].Value.argmax(1), c.K) * 1e4, drawn[1].Value, c.IgnoreIndex).sum();
            return Verdict.Require(truth.ToDouble() <= other.ToDouble() + 1e-9, $"The truth costs {truth.ToDouble()}, another map {other.ToDouble()}.");
        }),
        Own("two classes are Kervadec's loss of one", "It is the mean of φ·p and -φ·(1 - p): φ·p less a constant, with φ the signed distance of class 1.", (op, c) =>
        {
            var two = c with { K = 2, Ignored = 0, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var drawn = two.Draw();
            var phi = DistanceTransform.SignedEuclidean(drawn[1].Value == 1, null, ScalarType.Float64);
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, -100), phi * drawn[0].Value.softmax(1).select(1, 1) - phi / 2, Tolerance);
        }),
        Own("farther costs more", "A false alarm three pixels from the boundary costs three times what one beside it costs, less its half pixels.", (op, _) =>
        {
            var targets = tensor([1L, 1L, 0L, 0L, 0L, 0L]).reshape(1, 1, 6);
            Tensor Alarm(int x)
            {
                var map = targets.clone();
                map[0, 0, x] = 1;
                return op(OneHot(map, 2) * 1e4, targets, -100).sum() - op(OneHot(targets, 2) * 1e4, targets, -100).sum();
            }
            return Comparison.Same("cost of the far alarm", Alarm(4) / Alarm(2), tensor(2.5 / 0.5), Tolerance);
        }) with { Cases = 1 },
        Own("without a boundary there is nothing to say", "An image of one class alone has loss 0 and gradient 0.", (op, c) =>
        {
            var logits = (c with { Scale = 1 }).Draw()[0].Value.requires_grad_();
            var losses = op(logits, zeros([c.B, c.H, c.W], dtype: ScalarType.Int64), -100);
            losses.sum().backward();
            return Comparison.Same("result", losses, zeros_like(losses), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance));
        }),
    ];
}
