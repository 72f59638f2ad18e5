using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Edge-weighted cross-entropy against the library's cross-entropy, times edges summed up pixel by pixel.</summary>
public sealed class EdgeWeightedCrossEntropySpec : MapSpec<Func<Tensor, Tensor, double, Tensor?, long, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, long, Tensor> Op => Loss.EdgeWeightedCrossEntropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, long, Tensor> Oracle => (logits, targets, strength, weight, ignoreIndex) =>
        (1 + strength * new SobelSpec().Oracle(targets, logits.size(1), ignoreIndex, ScalarType.Float64).to(logits.dtype))
        * F.cross_entropy(logits, targets, weight, ignoreIndex, nn.Reduction.None);

    /// <inheritdoc/>
    public override Gen<MapCase> Cases =>
        from c in MapCase.Any
        from strength in Gen.Elements(0.0, 1.0, 4.0)
        from weighted in Gen.Elements(false, true)
        select c with { Alpha = strength, Weighted = weighted };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, Tensor?, long, Tensor> op, MapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, arguments.ElementAtOrDefault(2), @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor?, long, Tensor>>> BadInputs =>
    [
        .. Refused((op, z, y, weight) => op(z, y, 4, weight, Loss.DefaultIgnoreIndex), weighted: true),
        new("a negative strength", "strength", Usual, (op, x) => op(x[0], x[1], -1, null, -100)),
        new("a strength NaN", "strength", Usual, (op, x) => op(x[0], x[1], double.NaN, null, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor?, long, Tensor>, MapCase>> OwnLaws =>
    [
        Own("a straight edge counts for more", "Beside an edge a pixel of an undecided model costs 1 + λ times log K, elsewhere log K.", (op, c) =>
        {
            var targets = tensor([0L, 0L, 1L, 1L, 1L]).expand(1, 4, 5);
            var (far, near) = (Math.Log(3), (1 + c.Alpha) * Math.Log(3));
            return Comparison.Same(
                "result", op(zeros([1, 3, 4, 5], dtype: ScalarType.Float64), targets, c.Alpha, null, -100),
                tensor([far, near, near, far, far]).expand(1, 4, 5), Tolerance);
        }),
        Own("strength 0 is cross-entropy", "With λ = 0 every pixel counts the same.", (op, c) =>
        {
            var drawn = c.Draw();
            var weight = drawn.ElementAtOrDefault(2)?.Value;
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, 0, weight, c.IgnoreIndex),
                Loss.CrossEntropy(drawn[0].Value, drawn[1].Value, weight, c.IgnoreIndex), Tolerance);
        }),
    ];
}
