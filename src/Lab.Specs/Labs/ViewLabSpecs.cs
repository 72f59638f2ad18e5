using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Dense.Refinement;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Flip = System.Func<System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Labs;

/// <summary>Pictures and a network, which is asked of the picture and of its mirror image.</summary>
public sealed record MirrorCase : RefineCase;

/// <summary>The mean over a picture and its mirror image, against the definition.</summary>
public sealed class FlipAverageSpec : LabSpec<Flip, MirrorCase>
{
    private static readonly Func<Tensor, Tensor> asItIs = z => z;

    private static Tensor FlipAverage(Func<Tensor, Tensor> model, Tensor images) => Refine.TestTimeAugmentation(model, images);

    /// <inheritdoc/>
    public override Flip Op => FlipAverage;

    /// <inheritdoc/>
    public override Flip Oracle => (model, images) =>
    {
        var back = arange(images.size(3) - 1, -1, -1);
        Tensor Asked(Tensor x)
        {
            var logits = model(x);
            return (logits - logits.logsumexp(1, keepdim: true)).exp();
        }
        return (Asked(images) + Asked(images.index_select(3, back)).index_select(3, back)) / 2;
    };

    /// <inheritdoc/>
    public override Gen<MirrorCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, 4)
        from w in Gen.Choose(1, 5)
        from scale in Gen.Elements(0.0, 1.0, 5.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MirrorCase { B = b, C = c, K = k, H = h, W = w, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(30 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Flip op, MirrorCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(@case.Model(arguments[1]), arguments[0])];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Flip, MirrorCase>> OwnLaws =>
    [
        Own("probabilities sum to 1", "Over the classes, at every pixel, and none is below 0.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value), c.Draw()[0].Value);
            return Comparison.Same("sum", p.sum(1), ones_like(p.sum(1)), Tolerance)
                .Then(() => Verdict.Require(!(p < 0).any().ToBoolean(), "A probability is below 0."));
        }),
        Own("a mirrored picture has the mirrored answer", "f(mirror of x) is the mirror of f(x): nothing is left of left and right.", (op, c) =>
        {
            var (images, model) = (c.Draw()[0].Value, c.Model(c.Draw()[1].Value));
            return Comparison.Same("answer", op(model, images.flip(3)), op(model, images).flip(3), Tolerance);
        }),
        Own("mirrors come back where they were", "A model whose logits are the picture says softmax of the picture.", (op, c) =>
        {
            var images = c.Draw()[0].Value;
            return Comparison.Same("answer", op(asItIs, images), images.softmax(1), Tolerance);
        }),
        Own("nothing is kept for a gradient", "Even of weights that ask for one.", (op, c) =>
        {
            var p = op(c.Model(c.Draw()[1].Value.requires_grad_()), c.Draw()[0].Value);
            return Verdict.Require(!p.requires_grad, "The result has a graph.");
        }),
    ];
}
