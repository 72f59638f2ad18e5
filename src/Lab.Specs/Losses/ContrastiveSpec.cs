using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Similarities;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Contrastive loss against the paper's formula by the library's norm.</summary>
public sealed class ContrastiveSpec : Spec<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Op => Loss.Contrastive;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Oracle => (first, second, same, margin) =>
    {
        var apart = same.logical_not().to(first.dtype);                   // the paper's Y
        var distance = EuclideanDistanceSpec.Norm(first, second);
        return (1 - apart) * 0.5 * distance.pow(2) + apart * 0.5 * (margin - distance).clamp(min: 0).pow(2);
    };

    /// <inheritdoc/>
    public override Gen<VectorsCase> Cases =>
        from c in VectorsCase.Any
        from margin in Gen.Elements(0.1, 1.0, 3.0, 50.0)
        select c with { Labelled = true, Margin = margin };

    /// <inheritdoc/>
    public override bool SmoothAt(VectorsCase @case) => @case.HasDistance;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(VectorsCase @case, double magnitude) => Tolerance.InSingle(@case.Margin * @case.Margin + magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, double, Tensor> op, VectorsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Margin)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. VectorsBadInputs.Pairs<Func<Tensor, Tensor, Tensor, double, Tensor>>("first", "second", (op, x, y, same) => op(x, y, same, 1), () => Answers(true, true)),
        .. VectorsBadInputs.Same<Func<Tensor, Tensor, Tensor, double, Tensor>>((op, x, same) => op(x, x, same, 1)),
        Margin("margin 0", 0),
        Margin("an infinite margin", double.PositiveInfinity),
        Margin("a margin that is not a number", double.NaN),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>> OwnLaws =>
    [
        Own("two springs", "At distance 3, together: 4.5 and a pull of 3. Apart with margin 5: 2 and a push of 2; with margin 3 or less, nothing.", (op, _) =>
        {
            var x = zeros(3, 1, dtype: ScalarType.Float64).requires_grad_();
            var y = full([3, 1], 3.0, dtype: ScalarType.Float64);
            var losses = cat([op(x[..1], y[..1], Answers(true), 1), op(x[1..2], y[1..2], Answers(false), 5), op(x[2..], y[2..], Answers(false), 3)]);
            losses.sum().backward();
            return Comparison.Same("loss", losses, tensor([4.5, 2.0, 0.0]), Tolerance)
                .Then(() => Comparison.Same("gradient", x.grad!.squeeze(1), tensor([-3.0, 2.0, 0.0]), Tolerance));
        }) with { Cases = 1 },
        Own("equal vectors have finite gradients", "Together they are at rest; apart they cost margin²/2, without a direction to leave in.", (op, c) =>
        {
            var drawn = (c with { Equal = 1 }).Draw();
            var (x, same) = (drawn[0].Value.requires_grad_(), drawn[2].Value);
            var losses = op(x, drawn[1].Value, same, c.Margin);
            losses.sum().backward();
            var expected = where(same, tensor(0.0), tensor(c.Margin * c.Margin / 2));
            return Comparison.Same("loss", losses, expected, Tolerance)
                .Then(() => Comparison.Same("gradient", x.grad!, zeros_like(x), Tolerance));
        }),
        Own("only the difference counts", "Moving both vectors of a pair alike changes nothing, and what pulls at one pulls back at the other.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var (x, y, same) = (drawn[0].Value.requires_grad_(), drawn[1].Value.requires_grad_(), drawn[2].Value);
            var losses = op(x, y, same, c.Margin);
            losses.sum().backward();
            return Comparison.Same("loss", op(x + 2, y + 2, same, c.Margin), losses, Tolerance.Times(100))
                .Then(() => Comparison.Same("gradient", x.grad!, -y.grad!, Tolerance));
        }),
    ];

    private static Tensor Answers(params bool[] same) => tensor(same);

    private static BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>> Margin(string description, double margin) =>
        new(description, "margin", () => [ones(2, 3), Answers(true, false)], (op, x) => op(x[0], x[0], x[1], margin));
}
