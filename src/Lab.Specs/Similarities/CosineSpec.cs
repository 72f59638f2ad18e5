using FsCheck;
using Lab.Core.Similarities;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Similarities;

/// <summary>The cosine of two vectors against the library's.</summary>
public sealed class CosineSpec : Spec<Func<Tensor, Tensor, Tensor>, VectorsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Similarity.Cosine;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (first, second) => F.cosine_similarity(first, second, dim: -1, eps: 1e-8);

    /// <inheritdoc/>
    public override Gen<VectorsCase> Cases => VectorsCase.Any;

    /// <inheritdoc/>
    public override bool SmoothAt(VectorsCase @case) => @case.Scale > 0 && @case.Decimals is null;   // a zero vector is a kink

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, VectorsCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
        VectorsBadInputs.Pairs<Func<Tensor, Tensor, Tensor>>("first", "second", (op, x, y, _) => op(x, y));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, VectorsCase>> OwnLaws =>
    [
        Own("lengths do not matter", "Vectors 1e200 times as long, or as short, have the same cosine; turned round, its negative.", (op, c) =>
        {
            var (x, y) = Drawn(c with { Scale = 1 });
            var cosine = op(x, y);
            return Comparison.Same("cosine", op(1e200 * x, 3 * y), cosine, Tolerance)
                .Then(() => Comparison.Same("cosine", op(x, 1e-3 * y), cosine, Tolerance))
                .Then(() => Comparison.Same("cosine", op(-x, y), -cosine, Tolerance));
        }),
        Own("the angle is the angle", "Two vectors of the plane at angles α and β have the cosine of α - β.", (op, c) =>
        {
            var angles = c.Draw().Select(a => a.Value.select(-1, 0)).ToArray();
            var (x, y) = (stack([angles[0].cos(), angles[0].sin()], -1), stack([angles[1].cos(), angles[1].sin()], -1));
            return Comparison.Same("cosine", op(x, 5 * y), (angles[0] - angles[1]).cos(), Tolerance.Times(Math.Max(1, c.Scale)));
        }),
        Own("a zero vector has cosine 0", "In every precision, with itself and with any other, and finite gradients.", (op, c) =>
        {
            var (x, y) = Drawn(c with { Scale = 1 });
            var zero = zeros_like(x).requires_grad_();
            var cosine = op(zero, y);
            cosine.sum().backward();
            return Comparison.Same("cosine", cosine, zeros_like(cosine), Tolerance)
                .Then(() => Comparison.Same("cosine", op(zero.detach().to(ScalarType.Float16), y.to(ScalarType.Float16)), zeros_like(cosine), Tolerance))
                .Then(() => Verdict.Require(zero.grad!.isfinite().all().ToBoolean(), "A gradient is not finite."));
        }),
    ];

    private static (Tensor First, Tensor Second) Drawn(VectorsCase @case)
    {
        var drawn = @case.Draw();
        return (drawn[0].Value, drawn[1].Value);
    }
}
