using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Models;

/// <summary>Mask R-CNN against its definition: its losses here, the objects that it finds in a law of their own.</summary>
public sealed class MaskRcnnSpec : ModuleSpec<MaskRcnn, MaskRcnnCase>
{
    /// <inheritdoc/>
    protected internal override MaskRcnnCase Usual => new() { B = 2, H = 40, W = 36, G = 2, Base = 4, Width = 8, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<MaskRcnnCase> Cases => Any(others: false);

    internal static Gen<MaskRcnnCase> Any(bool others) =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from g in Gen.Choose(0, 2)
        from h in Gen.Choose(12, 28)
        from w in Gen.Choose(12, 28)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MaskRcnnCase { B = b, C = c, K = k, G = g, S = others ? 2 : 0, H = h, W = w, Seed = seed };

    /// <summary>Every case is a whole detector, region by region.</summary>
    public override int MostCases => 12;

    /// <summary>In images, no: boxes move with them, and that way is cut. In parameters a law of modules compares.</summary>
    public override bool IsDifferentiable => false;

    /// <summary>A little more or less makes another box go; single precision has a law of its own.</summary>
    public override bool TakesRealNumbers => false;

    /// <summary>Losses are means over all images.</summary>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-7, 1e-7);

    /// <inheritdoc/>
    protected internal override MaskRcnn Make(MaskRcnnCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Backbone(), @case.K, @case.Settings);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(MaskRcnn module, MaskRcnnCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var l = module.Losses(inputs[0], MaskRcnnCase.Targets(inputs));
        return [l.Objectness, l.Proposals, l.Classes, l.Boxes, l.Masks];
    }

    /// <inheritdoc/>
    protected internal override int MadeByRun => 6;                             // the parts of the targets

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(MaskRcnnCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new MaskRcnnByHand(@case, inputs[0], p, "").Losses(MaskRcnnCase.Targets(inputs));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<MaskRcnnCase>>> BadInputs =>
    [
        Images("integer images", () => ones(2, 2, 16, 16, dtype: ScalarType.Int64)),
        Images("images of other channels", () => ones(2, 3, 16, 16)),
        Images("images without pixels", () => ones(2, 2, 0, 16)),
        Images("images of another dtype", () => ones(2, 2, 16, 16, dtype: ScalarType.Float64)),
        Given("null for images", "images", () => [], (net, _) => net.call(null!)),
        Truth("no targets", (net, x) => net.Losses(x[0], null!)),
        Truth("the targets of an image too few", (net, x) => net.Losses(x[0], [MaskRcnnCase.Targets(x)[0]])),
        Truth("null for a target", (net, x) => net.Losses(x[0], [null!, null!])),
        Truth("label -1", (net, x) => With(net, x, t => t with { Labels = x[^1] - 1 })),
        Truth("a label of K", (net, x) => With(net, x, t => t with { Labels = x[^1] + 2 })),
        Truth("a box without width", (net, x) => With(net, x, t => t with { Boxes = x[^2] })),
        Truth("masks as numbers", (net, x) => With(net, x, t => t with { Masks = x[^3] })),
        Truth("masks of another size", (net, x) => With(net, x, t => t with { Masks = x[^4] })),
        Truth("a mask too few", (net, x) => With(net, x, t => t with { Masks = x[^5] })),
        Made("no backbone", "backbone", () => new MaskRcnn(null!, 2).Dispose()),
        Made("a backbone of stride 16", "backbone", () => OnSmall(16, net => new(net, 2))),
        Made("no classes", "classes", () => OnSmall(32, net => new(net, 0))),
        Made("four anchor sizes", "options", () => OnSmall(32, net => new(net, 2, new() { AnchorSizes = [1, 2, 3, 4] }))),
        Made("no ratios", "options", () => OnSmall(32, net => new(net, 2, new() { AnchorRatios = [] }))),
        Made("no width", "options", () => OnSmall(32, net => new(net, 2, new() { Width = 0 }))),
        Made("no proposals", "options", () => OnSmall(32, net => new(net, 2, new() { ProposalsAfter = 0 }))),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<MaskRcnnCase>, MaskRcnnCase>> ModelLaws =>
    [
        Own("finds what its definition finds", "Boxes, labels, scores and masks of every image are those of the definition, region by region.", (_, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var net = Build(c, c.Named(drawn));
            var byHand = new MaskRcnnByHand(c, drawn[0], c.Named(drawn), "");
            return net.call(drawn[0]).Select((found, b) => (Got: found, Expected: byHand.Find(b))).Aggregate(Verdict.Holds, (verdict, pair) => verdict
                .Then(() => Comparison.Same("labels", pair.Got.Labels, pair.Expected.Labels, Tolerance))
                .Then(() => Comparison.Same("boxes", pair.Got.Boxes, pair.Expected.Boxes, Tolerance))
                .Then(() => Comparison.Same("scores", pair.Got.Scores, pair.Expected.Scores, Tolerance))
                .Then(() => Comparison.Same("masks", pair.Got.Masks, pair.Expected.Masks, Tolerance)));
        }) with { Cases = 12 },
        Own("every legal size", "From one pixel on any image is read and learnt from, in single precision, with objects and without.", (_, _) =>
        {
            using var net = Make(Usual);
            var verdict = Verdict.Holds;
            foreach (var (h, w, g) in new[] { (1, 1, 1), (5, 70, 0), (65, 33, 2) })
            {
                var small = Usual with { H = h, W = w, G = g };
                var x = small.InSingle();
                var total = net.Losses(x[0], MaskRcnnCase.Targets(x)).Total();
                total.backward();
                var found = net.call(x[0]);
                verdict = verdict.Then(() => Verdict.Require(total.isfinite().ToBoolean(), $"At {h}x{w} the loss is {total.ToDouble()}."))
                    .Then(() => Verdict.Require(net.parameters().All(p => p.grad is null || p.grad.isfinite().all().ToBoolean()), $"At {h}x{w} a gradient is no number."))
                    .Then(() => Verdict.Require(
                        found.Count == 2 && found.All(f => f.Masks.size(0) == f.Boxes.size(0) && f.Masks.size(1) == h && f.Masks.size(2) == w), $"At {h}x{w} masks have another size."));
            }
            return verdict;
        }) with { Cases = 1 },
        Own("objects lie in the image, surest first", "Boxes are inside, have area, are sorted by score and at most as many as asked for.", (_, _) =>
        {
            using var net = Make(Usual);
            net.eval();
            var found = net.call(Usual.InSingle()[0])[0];
            var sides = found.Boxes;
            return Verdict.Require(found.Scores.numel() is > 0 and <= 6, $"There are {found.Scores.numel()}.")
                .Then(() => Verdict.Require((found.Scores.narrow(0, 1, found.Scores.numel() - 1) <= found.Scores.narrow(0, 0, found.Scores.numel() - 1)).all().ToBoolean(), "They are not sorted."))
                .Then(() => Verdict.Require(sides.ge(0).all().ToBoolean() && sides.select(1, 2).le(36).all().ToBoolean() && sides.select(1, 3).le(40).all().ToBoolean()
                    && sides.select(1, 2).gt(sides.select(1, 0)).all().ToBoolean(), "A box is outside, or has no area."));
        }) with { Cases = 1 },
        Own("samples are drawn by the generator", "The same seed gives the same losses, another seed others, where there is more than may be learnt from.", (_, _) =>
        {
            using var net = new MaskRcnn(Usual.Backbone(), Usual.K, Usual.Settings with { AnchorSample = 8, RegionSample = 4 });
            net.eval();
            var x = Usual.InSingle();
            var (one, again, other) = (At(1), At(1), At(2));
            return Verdict.Require(one == again && one != other, $"They are {one}, {again} and {other}.");

            double At(int seed)
            {
                using var generator = new Generator((ulong)seed, CPU);
                return net.Losses(x[0], MaskRcnnCase.Targets(x), generator).Total().ToDouble();
            }
        }) with { Cases = 1 },
        Own("as many parameters as documented", "On ResNet-50 with 90 classes 44,450,156 numbers learn.", (_, _) =>
        {
            var count = MaskRcnnCase.Of(new(), "", [3, 4, 6, 3], ResNetBlock.Bottleneck, 64, 3, 90, new()).Count;
            return Verdict.Require(count == 44_450_156, $"There are {count}.");
        }) with { Cases = 1 },
    ];

    private BadInput<ModuleOp<MaskRcnnCase>> Images(string description, Func<Tensor> images) =>
        Given(description, "images", () => [images()], (net, x) => net.call(x[0]));

    /// <summary>Usual inputs, and behind them masks, boxes and labels that are wrong, or become so.</summary>
    private BadInput<ModuleOp<MaskRcnnCase>> Truth(string description, Action<MaskRcnn, Tensor[]> call) => Given(
        description, "targets",
        () =>
        [
            .. Usual.InSingle(), zeros([1, 40, 36], ScalarType.Bool), zeros([2, 20, 36], ScalarType.Bool), zeros(2, 40, 36),
            tensor(new[,] { { 1f, 1, 5, 5 }, { 7, 1, 7, 5 } }), zeros(2, dtype: ScalarType.Int64),
        ],
        (net, x) =>
        {
            using var scope = NewDisposeScope();
            call(net, x);
        });

    private static void With(MaskRcnn net, Tensor[] x, Func<InstanceTargets, InstanceTargets> wrong)
    {
        var targets = MaskRcnnCase.Targets(x);
        net.Losses(x[0], [targets[0], wrong(targets[1])]);
    }

    private static void OnSmall(long stride, Func<ResNet, MaskRcnn> make)
    {
        using var backbone = new ResNet([1, 1, 1, 1], ResNetBlock.Basic, 1, stride);
        make(backbone).Dispose();
    }
}
