using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>ArcFace against the library's cross-entropy of logits by acos and cos.</summary>
public sealed class ArcFaceSpec : Spec<Func<Tensor, Tensor, Tensor, double, double, long, Tensor>, MarginCase>
{
    private static readonly double[] steps = [0, 1e-12, 1e-9, 1e-6, 1e-3];

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, double, long, Tensor> Op => Loss.ArcFace;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, double, double, long, Tensor> Oracle => (vectors, directions, targets, margin, scale, ignoreIndex) =>
    {
        long[] shape = [vectors.size(0), directions.size(0), vectors.size(1)];
        var cosines = F.cosine_similarity(vectors.unsqueeze(1).expand(shape), directions.unsqueeze(0).expand(shape), 2, 1e-12);
        var angles = cosines.acos();
        var moved = where(angles + margin > Math.PI, cosines - margin * Math.Sin(margin), (angles + margin).cos());
        var right = F.one_hot(targets.masked_fill(targets == ignoreIndex, 0), shape[1]).to(ScalarType.Bool);
        return F.cross_entropy(scale * where(right, moved, cosines), targets, null, ignoreIndex, nn.Reduction.None);
    };

    /// <inheritdoc/>
    public override Gen<MarginCase> Cases =>
        from c in MarginCase.Any
        from d in Gen.Choose(2, 5)
        from scale in Gen.Elements(1.0, 30.0)
        select c with { D = d, Scale = scale };

    /// <inheritdoc/>
    public override bool SmoothAt(MarginCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(MarginCase @case, IReadOnlyList<Argument> arguments)
    {
        var ignored = arguments[2].Value == @case.IgnoreIndex;
        return ignored.any().ToBoolean()
            ? [arguments[0].With(where(ignored.unsqueeze(1), tensor(1e6), arguments[0].Value)), .. arguments.Skip(1)]
            : null;
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(MarginCase @case, double magnitude) => Tolerance.InSingle(@case.Factor);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, double, double, long, Tensor> op, MarginCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Margin, @case.Factor, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, double, double, long, Tensor>>> BadInputs =>
    [
        Given("integer vectors", "vectors", () => [ones(2, 3, dtype: ScalarType.Int64), ones(4, 3), Zeros(2)]),
        new("null for vectors", "vectors", () => [ones(4, 3), Zeros(2)], (op, x) => op(null!, x[0], x[1], 0.5, 64, -100)),
        Given("one vector without a batch", "vectors", () => [ones(3), ones(4, 3), Zeros(1)]),
        Given("vectors without entries", "vectors", () => [ones(2, 0), ones(4, 0), Zeros(2)]),
        new("null for directions", "directions", () => [ones(2, 3), Zeros(2)], (op, x) => op(x[0], null!, x[1], 0.5, 64, -100)),
        Given("directions of another width", "directions", () => [ones(2, 3), ones(3, 4), Zeros(2)]),
        Given("no directions", "directions", () => [ones(2, 3), ones(0, 3), Zeros(2)]),
        Given("directions of another dtype", "directions", () => [ones(2, 3), ones(4, 3, dtype: ScalarType.Float64), Zeros(2)]),
        Given("directions on another device", "directions", () => [ones(2, 3), ones([4, 3], device: META), Zeros(2)]),
        new("null for targets", "targets", () => [ones(2, 3), ones(4, 3)], (op, x) => op(x[0], x[1], null!, 0.5, 64, -100)),
        Given("a target too few", "targets", () => [ones(2, 3), ones(4, 3), Zeros(1)]),
        Given("real targets", "targets", () => [ones(2, 3), ones(4, 3), zeros(2)]),
        Given("a target outside", "targets", () => [ones(2, 3), ones(4, 3), Zeros(2) + 4]),
        Given("targets on another device", "targets", () => [ones(2, 3), ones(4, 3), zeros([2], dtype: ScalarType.Int64, device: META)]),
        Given("a negative margin", "margin", () => [ones(2, 3), ones(4, 3), Zeros(2)], margin: -0.1),
        Given("a margin beyond a right angle", "margin", () => [ones(2, 3), ones(4, 3), Zeros(2)], margin: 1.6),
        Given("scale 0", "scale", () => [ones(2, 3), ones(4, 3), Zeros(2)], scale: 0),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, double, double, long, Tensor>, MarginCase>> OwnLaws =>
    [
        Own("a wider margin costs more", "The loss never falls as the margin grows, and without one it is the loss of a cosine classifier.", (op, c) =>
        {
            var (x, w, y) = Drawn(c);
            var losses = new[] { 0, 0.1, 0.5, 1, 1.5 }.Select(m => op(x, w, y, m, c.Factor, c.IgnoreIndex)).ToArray();
            var cosines = (x / x.norm(1, true, 2f)).matmul((w / w.norm(1, true, 2f)).transpose(0, 1));
            return Comparison.Same("loss without a margin", losses[0], F.cross_entropy(c.Factor * cosines, y, null, c.IgnoreIndex, nn.Reduction.None), Tolerance)
                .Then(() => Verdict.Require(losses.Zip(losses.Skip(1)).All(p => (p.First <= p.Second + 1e-12).all().ToBoolean()), "A wider margin costs less."));
        }),
        Own("gradients stay bounded", "At and next to the right direction and its opposite the gradient of a vector of length 1 is at most 2s long.", (op, c) =>
        {
            var (_, w, _) = Drawn(c);
            var targets = arange(c.K);
            var unit = w / w.norm(1, true, 2f);
            var aside = stack([unit.select(1, 1), -unit.select(1, 0), .. Enumerable.Range(2, c.D - 2).Select(_ => zeros_like(targets))], 1);
            return steps.SelectMany(step => new[] { unit + step * aside, -unit + step * aside })
                .Aggregate(Verdict.Holds, (verdict, vectors) => verdict.Then(() =>
                {
                    var x = vectors.detach().requires_grad_();
                    op(x, w, targets, c.Margin, c.Factor, -100).sum().backward();
                    var length = x.grad!.norm(1, false, 2f);
                    return Verdict.Require((length <= 2 * c.Factor * 1.001).all().ToBoolean(), $"A gradient is {length.max().ToDouble()} long, with s = {c.Factor}.");
                }));
        }),
        Own("lengths do not matter", "Longer vectors and directions cost the same, and no gradient runs along them.", (op, c) =>
        {
            var (x, w, y) = Drawn(c);
            (x, w) = (x.requires_grad_(), w.requires_grad_());
            var losses = op(x, w, y, c.Margin, c.Factor, c.IgnoreIndex);
            losses.sum().backward();
            var along = cat([(x.grad! * x).sum(1), (w.grad! * w).sum(1)]);
            return Comparison.Same("loss", op(1e100 * x, 1e-3 * w, y, c.Margin, c.Factor, c.IgnoreIndex), losses, Tolerance.Times(c.Factor))
                .Then(() => Comparison.Same("gradient along the vectors", along, zeros_like(along), new Tolerance(0, 1e-9 * c.Factor)));
        }),
    ];

    private static Tensor Zeros(long count) => zeros(count, dtype: ScalarType.Int64);

    private static (Tensor Vectors, Tensor Directions, Tensor Targets) Drawn(MarginCase @case)
    {
        var drawn = @case.Draw();
        return (drawn[0].Value, drawn[1].Value, drawn[2].Value);
    }

    private static BadInput<Func<Tensor, Tensor, Tensor, double, double, long, Tensor>> Given(
        string description, string parameter, Func<Tensor[]> draw, double margin = 0.5, double scale = 64) =>
        new(description, parameter, draw, (op, x) => op(x[0], x[1], x[2], margin, scale, -100));
}
