using FsCheck;
using Lab.Core.Similarities;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Similarities;

/// <summary>The distance of two vectors against the library's norm.</summary>
public sealed class EuclideanDistanceSpec : Spec<Func<Tensor, Tensor, Tensor>, VectorsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Similarity.EuclideanDistance;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => Norm;

    /// <summary>By the library; its gradient is 0 where the vectors are equal.</summary>
    internal static Tensor Norm(Tensor first, Tensor second) => linalg.vector_norm(first - second, 2, [-1]);

    /// <inheritdoc/>
    public override Gen<VectorsCase> Cases => VectorsCase.Any;

    /// <inheritdoc/>
    public override bool SmoothAt(VectorsCase @case) => @case.HasDistance;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, VectorsCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
        VectorsBadInputs.Pairs<Func<Tensor, Tensor, Tensor>>("first", "second", (op, x, y, _) => op(x, y));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, VectorsCase>> OwnLaws =>
    [
        Own("it is a distance", "Symmetric, and the way over a third point is never shorter.", (op, c) =>
        {
            var drawn = (c with { Triplet = true }).Draw().Select(a => a.Value).ToArray();
            var (direct, detour) = (op(drawn[0], drawn[1]), op(drawn[0], drawn[2]) + op(drawn[2], drawn[1]));
            return Comparison.Same("distance", op(drawn[1], drawn[0]), direct, new Tolerance(0, 0))
                .Then(() => Verdict.Require((direct <= detour * (1 + 1e-12)).all().ToBoolean(), "A detour is shorter."));
        }),
        Own("size does not matter", "Vectors 1e200 times as long, or as short, are as many times as far apart.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            return Comparison.Same("distance", op(1e200 * x, 1e200 * y) / 1e200, op(x, y), Tolerance)
                .Then(() => Comparison.Same("distance", op(1e-200 * x, 1e-200 * y) * 1e200, op(x, y), Tolerance));
        }),
        Own("equal vectors have no slope", "Distance 0, gradient 0 and not NaN; a hair apart, a gradient of length 1.", (op, c) =>
        {
            var x = (c with { Scale = 1 }).Draw()[0].Value.requires_grad_();
            var (same, near) = (op(x, x.detach()), op(x, x.detach() + 1e-9));
            var none = autograd.grad([same.sum()], [x], retain_graph: true)[0];
            var unit = autograd.grad([near.sum()], [x])[0];
            return Comparison.Same("distance", same, zeros_like(same), new Tolerance(0, 0))
                .Then(() => Comparison.Same("gradient", none, zeros_like(none), new Tolerance(0, 0)))
                .Then(() => Comparison.Same("squared length of the gradient", unit.square().sum(-1), ones_like(near), Tolerance));
        }),
    ];
}
