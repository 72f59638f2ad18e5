using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Similarities;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Triplet loss against the library's, unreduced and without its ε.</summary>
public sealed class TripletSpec : Spec<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Op => Loss.Triplet;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, Tensor> Oracle => (anchors, positives, negatives, margin) =>
        F.triplet_margin_loss(anchors, positives, negatives, margin, p: 2, eps: 0, swap: false, nn.Reduction.None);

    /// <inheritdoc/>
    public override Gen<VectorsCase> Cases =>
        from c in VectorsCase.Any
        from margin in Gen.Elements(0.1, 1.0, 20.0)
        select c with { Triplet = true, Margin = margin };

    /// <inheritdoc/>
    public override bool SmoothAt(VectorsCase @case) => @case.HasDistance;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(VectorsCase @case, double magnitude) => Tolerance.InSingle(@case.Margin + magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, double, Tensor> op, VectorsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Margin)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. VectorsBadInputs.Pairs<Func<Tensor, Tensor, Tensor, double, Tensor>>("anchors", "positives", (op, x, y, n) => op(x, y, n, 1)),
        .. VectorsBadInputs.Second<Func<Tensor, Tensor, Tensor, double, Tensor>>("negatives", (op, x, y, _) => op(x, x, y, 1)),
        Margin("margin 0", 0),
        Margin("an infinite margin", double.PositiveInfinity),
        Margin("a margin that is not a number", double.NaN),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, double, Tensor>, VectorsCase>> OwnLaws =>
    [
        Own("positive and negative change places", "The losses of a triplet and of its mirror sum to twice the margin, where neither is 0.", (op, c) =>
        {
            var (a, p, n) = Drawn(c with { Scale = 1 });
            var sum = op(a, p, n, 100) + op(a, n, p, 100);
            return Comparison.Same("sum", sum, full_like(sum, 200), Tolerance);
        }),
        Own("a negative far enough is left alone", "Where it is farther than the positive by the margin, loss and gradients are 0.", (op, c) =>
        {
            var (a, p, n) = Drawn(c with { Scale = 1 });
            var far = (n + 1e3).requires_grad_();
            var losses = op(a, p, far, 10);
            losses.sum().backward();
            return Comparison.Same("loss", losses, zeros_like(losses), Tolerance)
                .Then(() => Comparison.Same("gradient", far.grad!, zeros_like(far), Tolerance));
        }),
        Own("equal vectors have finite gradients", "Three vectors in one point cost the margin, with gradient 0.", (op, c) =>
        {
            var a = c.Draw()[0].Value.requires_grad_();
            var losses = op(a, a, a.detach(), c.Margin);
            losses.sum().backward();
            return Comparison.Same("loss", losses, full_like(losses, c.Margin), Tolerance)
                .Then(() => Comparison.Same("gradient", a.grad!, zeros_like(a), Tolerance));
        }),
    ];

    private static (Tensor Anchors, Tensor Positives, Tensor Negatives) Drawn(VectorsCase @case)
    {
        var drawn = @case.Draw();
        return (drawn[0].Value, drawn[1].Value, drawn[2].Value);
    }

    private static BadInput<Func<Tensor, Tensor, Tensor, double, Tensor>> Margin(string description, double margin) =>
        new(description, "margin", () => [ones(2, 3)], (op, x) => op(x[0], x[0], x[0], margin));
}
