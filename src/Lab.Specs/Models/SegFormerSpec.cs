using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>Images of some pixels, and a narrow SegFormer.</summary>
public sealed record SegFormerCase : ImageCase
{
    /// <summary>Blocks of the third stage; the others have one.</summary>
    public int Depth { get; init; } = 1;

    internal SegFormerSizes Sizes => new([3, 3, 4, 4], [1, 1, Depth, 1], 3) { Heads = [1, 3, 2, 2], Expansion = 2 };

    /// <inheritdoc/>
    protected override string InputName => "images";

    /// <inheritdoc/>
    private protected override Layout Layout => Of(Sizes, C, K);

    internal static Layout Of(SegFormerSizes sizes, long channels, long classes)
    {
        var layout = new Layout();
        for (var s = 0; s < 4; s++)
        {
            var width = sizes.Widths[s];
            layout.Conv($"backbone.patch_embed{s + 1}.proj", width, s == 0 ? channels : sizes.Widths[s - 1], s == 0 ? 7 : 3)
                .LayerNorm($"backbone.patch_embed{s + 1}.norm", width);
            for (var i = 0; i < sizes.Depths[s]; i++)
                ImageBlocks.Add(layout, $"backbone.block{s + 1}.{i}", width, sizes.Expansion * width, sizes.Reductions[s], mix: true);
            layout.LayerNorm($"backbone.norm{s + 1}", width).Linear($"decode_head.linear_c{s + 1}.proj", sizes.DecoderWidth, width);
        }
        return layout.Conv("decode_head.linear_fuse.conv", sizes.DecoderWidth, 4 * sizes.DecoderWidth, 1, bias: false)
            .Norm("decode_head.linear_fuse.bn", sizes.DecoderWidth).Conv("decode_head.linear_pred", classes, sizes.DecoderWidth, 1);
    }
}

/// <summary>SegFormer against its definition, head by head and channel by channel.</summary>
public sealed class SegFormerSpec : ImageModelSpec<SegFormer, SegFormerCase>
{
    /// <inheritdoc/>
    protected internal override SegFormerCase Usual => new() { H = 64, W = 64, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<SegFormerCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from h in Gen.Choose(1, 24)
        from w in Gen.Choose(1, 40)
        from depth in Gen.Choose(1, 2)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SegFormerCase { B = b, C = c, H = h, W = w, Depth = depth, Seed = seed };

    /// <inheritdoc/>
    protected override long Least => 1;

    /// <inheritdoc/>
    protected internal override SegFormer Make(SegFormerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Sizes, @case.K, @case.C, dropPath: 0);
    }

    /// <inheritdoc/>
    protected override Tensor Apply(SegFormer model, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.FullSize(images);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SegFormerCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var (net, sizes) = (new Formulas(p), @case.Sizes);
        var (map, maps) = (inputs[0], new List<Tensor>());
        for (var s = 0; s < 4; s++)
        {
            map = net.Conv(map, $"backbone.patch_embed{s + 1}.proj", s == 0 ? 4 : 2, s == 0 ? 3 : 1);
            map = ImageBlocks.AtPixels(map, x => net.LayerNorm(x, $"backbone.patch_embed{s + 1}.norm"));
            for (var i = 0; i < sizes.Depths[s]; i++)
                map = ImageBlocks.Through(net, $"backbone.block{s + 1}.{i}", map, sizes.Heads[s], sizes.Reductions[s], mix: true);
            maps.Add(map = ImageBlocks.AtPixels(map, x => net.LayerNorm(x, $"backbone.norm{s + 1}", 1e-6)));
        }
        var brought = Enumerable.Range(0, 4).Select(s => ImageBlocks.Sized(
            ImageBlocks.AtPixels(maps[s], x => net.Linear(x, $"decode_head.linear_c{s + 1}.proj")), maps[0].size(2), maps[0].size(3)));
        var fused = F.relu(net.Norm(net.Conv(cat([.. brought.Reverse()], 1), "decode_head.linear_fuse.conv"), "decode_head.linear_fuse.bn"));
        return [net.Conv(fused, "decode_head.linear_pred")];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SegFormerCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", () => new SegFormer(classes: 0).Dispose()),
        Made("no channels", "channels", () => new SegFormer(channels: 0).Dispose()),
        Made("three stages", "sizes", () => new SegFormer(new([8, 8, 8], [1, 1, 1], 8)).Dispose()),
        Made("widths that do not divide into heads", "sizes", () => new SegFormer(new([8, 7, 10, 16], [1, 1, 1, 1], 8)).Dispose()),
        Made("no decoder", "sizes", () => new SegFormer(SegFormerSizes.B(0) with { DecoderWidth = 0 }).Dispose()),
        Made("B6", "number", () => SegFormerSizes.B(6)),
        Made("all blocks dropped", "dropPath", () => new SegFormer(dropPath: 1).Dispose()),
        Made("dropout of everything", "dropout", () => new SegFormer(dropout: 1).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SegFormerCase>, SegFormerCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Counted("B0 has as many parameters as documented", 3_752_694, () => new SegFormer(SegFormerSizes.B(0), 150)),
        Own("the table's sizes have as many parameters as documented", "B1 to B5, with 150 classes: counted from the shapes that the first law compares with a module's.", (_, _) =>
        {
            var got = string.Join(" ", Enumerable.Range(0, 6).Select(b => SegFormerCase.Of(SegFormerSizes.B(b), 3, 150).Count));
            const string Expected = "3752694 13715798 27461974 47337814 64108374 84708694";
            return Verdict.Require(got == Expected, $"They have {got}, expected {Expected}.");
        }) with { Cases = 1 },
        Own("at full size the logits are resized", "FullSize is the library's bilinear resize of the quarter.", (_, c) =>
        {
            var (net, x) = Drawn(c);
            using var kept = net;
            return Comparison.Same("logits", net.FullSize(x[0]), ImageBlocks.Sized(net.call(x[0]), c.H, c.W), Tolerance);
        }) with { Cases = 20 },
        Own("in training whole blocks are left out for some images", "With stochastic depth two calls differ, and in evaluation they do not.", (_, _) =>
        {
            using var net = new SegFormer(Usual.Sizes with { Depths = [1, 1, 8, 1] }, 2, 2, dropPath: 0.9, dropout: 0);
            var x = rand(8, 2, 32, 32);
            var differ = net.call(x).ne(net.call(x)).any().ToBoolean();
            net.eval();
            return Verdict.Require(differ, "Two calls in training are the same.")
                .Then(() => Comparison.Same("second call", net.call(x), net.call(x), new Tolerance(0, 0)));
        }) with { Cases = 1 },
    ];
}
