using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Points in a space of features, and values that they hold.</summary>
public sealed record PointsCase : Case
{
    /// <summary>Sets of points.</summary>
    public int B { get; init; } = 2;

    /// <summary>Values of a point.</summary>
    public int C { get; init; } = 2;

    /// <summary>Features of a point.</summary>
    public int D { get; init; } = 2;

    /// <summary>How the points of a set lie in their tensors.</summary>
    public TensorShape Points { get; init; } = new([3]);

    /// <summary>How far features are apart, in standard deviations.</summary>
    public double Spread { get; init; } = 1;

    /// <summary>Whether the features learn too.</summary>
    internal bool FeaturesLearn { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("values", Numbers().Reals([B, C, .. Points.Sizes])) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("features", Spread * Numbers(1).Between(-1, 1, [B, D, .. Points.Sizes])) { Differentiable = FeaturesLearn, BatchDim = 0 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (C > 1)
            yield return this with { C = 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        foreach (var fewer in Points.Shrink())
            yield return this with { Points = fewer };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few points, side by side or far apart, or all in one place.</summary>
    internal static Gen<PointsCase> Any(bool featuresLearn = false) =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from d in Gen.Choose(1, 4)
        from points in Gen.Elements<long[]>([1], [2], [5], [2, 3], [1, 4], [7])
        from spread in Gen.Elements(0.0, 0.7, 2.0, 30.0)
        from scale in Gen.Elements(0.0, 1.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PointsCase { B = b, C = c, D = d, Points = new(points), Spread = spread, Scale = scale, Seed = seed, FeaturesLearn = featuresLearn };
}

/// <summary>What both filters of points have in common.</summary>
public abstract class PointFilterSpec : Spec<Func<Tensor, Tensor, Tensor>, PointsCase>
{
    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, PointsCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1])];
    }

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;                    // features of a few thousand steps have no digits left in it

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        new("null for values", "values", () => [ones(1, 2, 3)], (op, x) => op(null!, x[0])),
        new("integer values", "values", () => [ones([1, 2, 3], ScalarType.Int64), ones(1, 2, 3)], (op, x) => op(x[0], x[1])),
        new("values without points", "values", () => [ones(1, 2), ones(1, 2)], (op, x) => op(x[0], x[1])),
        new("no points", "values", () => [ones(1, 2, 0), ones(1, 2, 0)], (op, x) => op(x[0], x[1])),
        new("no channels", "values", () => [ones(1, 0, 3), ones(1, 2, 3)], (op, x) => op(x[0], x[1])),
        new("null for features", "features", () => [ones(1, 2, 3)], (op, x) => op(x[0], null!)),
        new("integer features", "features", () => [ones(1, 2, 3), ones([1, 2, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1])),
        new("features of other points", "features", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) => op(x[0], x[1])),
        new("features of another batch", "features", () => [ones(2, 2, 3), ones(1, 2, 3)], (op, x) => op(x[0], x[1])),
        new("no features", "features", () => [ones(1, 2, 3), ones(1, 0, 3)], (op, x) => op(x[0], x[1])),
        new("features of another dtype", "features", () => [ones(1, 2, 3), ones([1, 2, 3], ScalarType.Float64)], (op, x) => op(x[0], x[1])),
        new("features on another device", "features", () => [ones(1, 2, 3), ones([1, 2, 3], device: META)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PointsCase>> OwnLaws =>
    [
        Own("it is its own transpose", "Σ u·F(v) = Σ F(u)·v: what one point gives another, it gets from it.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value, c.Draw()[1].Value);
            var u = v.flip(1).cos();
            return Comparison.Same("sum", (u * op(v, f)).flatten(1).sum(1), (op(u, f) * v).flatten(1).sum(1), Tolerance.Times(100 * (1 + c.Scale)));
        }),
        Own("the gradient is the same filter", "The gradient in the values is the filter of the gradient from above.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.requires_grad_(), c.Draw()[1].Value);
            var above = v.detach().flip(1).cos();
            (op(v, f) * above).sum().backward();
            return Comparison.Same("gradient", v.grad!, op(above, f), Tolerance);
        }),
        Own("the gradient of a gradient is the filter twice", "Of ½·Σ F(v)² the gradient is F(F(v)), and its change along u is F(F(u)).", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.requires_grad_(), c.Draw()[1].Value);
            var u = v.detach().flip(1).cos();
            var gradient = autograd.grad([op(v, f).square().sum() / 2], [v], retain_graph: true, create_graph: true)[0];
            (gradient * u).sum().backward();
            return Comparison.Same("gradient", gradient, op(op(v.detach(), f), f), Tolerance.Times(100 * (1 + c.Scale)))
                .Then(() => Comparison.Same("its change", v.grad!, op(op(u, f), f), Tolerance.Times(100)));
        }),
        Own("the order of points does not matter", "Points in another order give the same sums in that order.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.flatten(2), c.Draw()[1].Value.flatten(2));
            return Comparison.Same("result", op(v.flip(2), f.flip(2)), op(v, f).flip(2), Tolerance.Times(10 * (1 + c.Scale)));
        }),
        Own("points in one place are one", "Where points coincide, each gets the sum of what they hold, as one point would that holds the sum.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.flatten(2), c.Draw()[1].Value.flatten(2).narrow(2, 0, 1));
            var one = op(v.sum(2, keepdim: true), f);
            return Comparison.Same("result", op(v, f.expand(-1, -1, v.size(2)).contiguous()), one.expand_as(v), Tolerance.Times(10 * (1 + c.Scale)));
        }),
        Own("far points do not see each other", "The same points once more, 200 standard deviations away, change nothing for the first.", (op, c) =>
        {
            var (v, f) = (c.Draw()[0].Value.flatten(2), c.Draw()[1].Value.flatten(2));
            var apart = cat([v, v], 2);
            var doubled = op(apart, cat([f, f + 200], 2));
            var alone = op(v, f);
            return Comparison.Same("first half", doubled.narrow(2, 0, v.size(2)), alone, Tolerance.Times(10 * (1 + c.Scale)));
        }),
    ];
}
