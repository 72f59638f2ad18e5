using FsCheck;
using Lab.Core.Models;
using Lab.Specs.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>Panoptic FPN against its definition: its losses and logits here, the merged answer in a law of its own.</summary>
public sealed class PanopticFpnSpec : ModuleSpec<PanopticFpn, MaskRcnnCase>
{
    private const long Groups = 2;

    /// <inheritdoc/>
    protected internal override MaskRcnnCase Usual => new() { B = 2, H = 40, W = 36, G = 2, S = 2, Base = 4, Width = 8, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<MaskRcnnCase> Cases => MaskRcnnSpec.Any(others: true);

    /// <summary>Every case is a whole detector, region by region.</summary>
    public override int MostCases => 8;

    /// <summary>In images, no: boxes move with them, and that way is cut. In parameters a law of modules compares.</summary>
    public override bool IsDifferentiable => false;

    /// <summary>A little more or less makes another box go.</summary>
    public override bool TakesRealNumbers => false;

    /// <summary>Losses are means over all images.</summary>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-7, 1e-7);

    /// <inheritdoc/>
    protected internal override PanopticFpn Make(MaskRcnnCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Backbone(), @case.K, @case.S, @case.Settings, 2 * @case.Width, Groups);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(PanopticFpn module, MaskRcnnCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var all = module.Losses(inputs[0], MaskRcnnCase.Targets(inputs), inputs[4]);
        var l = all.Instances;
        return [l.Objectness, l.Proposals, l.Classes, l.Boxes, l.Masks, all.Semantic, all.Total(0.25), module.call(inputs[0]).Semantic];
    }

    /// <inheritdoc/>
    protected internal override int MadeByRun => 14;                            // the parts of the targets, and the objects

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(MaskRcnnCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var byHand = new MaskRcnnByHand(@case, inputs[0], p, "instances.");
        var things = byHand.Losses(MaskRcnnCase.Targets(inputs));
        var logits = Logits(@case, byHand, p);
        var counts = (inputs[4] != 255).to(ScalarType.Float64);
        var pixels = F.cross_entropy(logits, inputs[4], ignore_index: 255, reduction: nn.Reduction.Sum) / counts.sum().clamp(min: 1);
        var total = things.Aggregate((a, b) => a + b) + 0.25 * pixels;
        return [.. things, pixels, total, logits];
    }

    private static Tensor Logits(MaskRcnnCase @case, MaskRcnnByHand byHand, IReadOnlyDictionary<string, Tensor> p) =>
        SemanticBranchSpec.Formula(new(p), "semantic.", byHand.Maps[..4], Groups, @case.H, @case.W);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<MaskRcnnCase>>> BadInputs =>
    [
        Given("images of other channels", "images", () => [ones(2, 3, 16, 16)], (net, x) => net.call(x[0])),
        Given("null for images", "images", () => [], (net, _) => net.call(null!)),
        Given("no targets", "targets", Usual.InSingle, (net, x) => net.Losses(x[0], null!, x[4])),
        Given("no pixels", "pixels", Usual.InSingle, (net, x) => Judge(net, x, null!)),
        Given("pixels of another size", "pixels", () => [.. Usual.InSingle(), zeros(2, 40, 40, dtype: ScalarType.Int64)], (net, x) => Judge(net, x, x[5])),
        Given("a pixel of class -1", "pixels", () => [.. Usual.InSingle(), -ones(2, 40, 36, dtype: ScalarType.Int64)], (net, x) => Judge(net, x, x[5])),
        Given("a pixel of no class", "pixels", () => [.. Usual.InSingle(), 3 * ones(2, 40, 36, dtype: ScalarType.Int64)], (net, x) => Judge(net, x, x[5])),
        Given("a semantic weight below 0", "semanticWeight", Usual.InSingle, (net, x) =>
        {
            using var scope = NewDisposeScope();
            net.Losses(x[0], MaskRcnnCase.Targets(x), x[4]).Total(-1);
        }),
        Made("no backbone", "backbone", () => new PanopticFpn(null!, 2, 2).Dispose()),
        Made("no things", "things", () => OnSmall(net => new(net, 0, 2))),
        Made("no others", "others", () => OnSmall(net => new(net, 2, 0))),
        Made("no semantic width", "semanticWidth", () => OnSmall(net => new(net, 2, 2, null, 0))),
        Made("groups that do not divide the width", "groups", () => OnSmall(net => new(net, 2, 2, null, 9, 2))),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<MaskRcnnCase>, MaskRcnnCase>> ModelLaws =>
    [
        Own("merges what its branches say", "Categories and numbers are those of the definition: objects first, then the label map.", (_, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var net = Build(c, c.Named(drawn));
            var byHand = new MaskRcnnByHand(c, drawn[0], c.Named(drawn), "instances.");
            var labels = Logits(c, byHand, c.Named(drawn)).argmax(1);
            var got = net.Predict(drawn[0], leastScore: 0.2, leastArea: 3);
            return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) =>
            {
                var found = byHand.Find(b);
                var expected = MergePanopticSpec.ByHand(found.Masks, found.Labels, found.Scores, labels[b], c.K, c.S, 0.2, 0.5, 3, 255);
                return verdict.Then(() => Comparison.Same("categories", got.Categories[b], expected.Categories, Tolerance))
                    .Then(() => Comparison.Same("numbers", got.Numbers[b], expected.Numbers, Tolerance));
            });
        }) with { Cases = 8 },
        Own("65 stays 65", "An image of 65x65 has logits and a panoptic map of 65x65, one of 1x1 those of 1x1.", (_, _) =>
        {
            using var net = Make(Usual);
            var verdict = Verdict.Holds;
            foreach (var (h, w) in new[] { (65, 65), (33, 70), (1, 1) })
            {
                var images = rand(1, 2, h, w);
                var (logits, map) = (net.call(images).Semantic, net.Predict(images));
                verdict = verdict.Then(() => Verdict.Require(
                    logits.size(2) == h && logits.size(3) == w && map.Categories.size(1) == h && map.Numbers.size(2) == w,
                    $"{h}x{w} gives [{string.Join(", ", logits.shape)}] and [{string.Join(", ", map.Categories.shape)}]."));
            }
            return verdict;
        }) with { Cases = 1 },
        Own("no pixel that counts costs 0", "Where all pixels are ignored the semantic loss is 0, and so is its gradient.", (_, _) =>
        {
            using var net = Make(Usual);
            var x = Usual.InSingle();
            var loss = net.Losses(x[0], MaskRcnnCase.Targets(x), full_like(x[4], 255L)).Semantic;
            loss.backward();
            var pulled = net.named_parameters().FirstOrDefault(p => p.parameter.grad is { } g && !g.eq(0).all().ToBoolean());
            return Verdict.Require(loss.ToDouble() == 0, $"It is {loss.ToDouble()}.")
                .Then(() => Verdict.Require(pulled.name is null, $"{pulled.name} has a gradient of {pulled.parameter?.grad?.abs().max().ToDouble()}."));
        }) with { Cases = 1 },
        Own("as many parameters as documented", "On ResNet-50 with 80 things and 53 others 46,027,110 numbers learn.", (_, _) =>
        {
            var layout = MaskRcnnCase.Of(new(), "instances.", [3, 4, 6, 3], ResNetBlock.Bottleneck, 64, 3, 80, new());
            var count = SemanticCase.Of(layout, "semantic.", 256, 4, 54, 128).Count;
            return Verdict.Require(count == 46_027_110, $"There are {count}.");
        }) with { Cases = 1 },
    ];

    private static void Judge(PanopticFpn net, Tensor[] x, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        net.Losses(x[0], MaskRcnnCase.Targets(x), pixels);
    }

    private static void OnSmall(Func<ResNet, PanopticFpn> make)
    {
        using var backbone = new ResNet([1, 1, 1, 1], ResNetBlock.Basic, 1);
        make(backbone).Dispose();
    }
}
