using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>Images of some patches, and a narrow SETR.</summary>
public sealed record SetrCase : ImageCase
{
    /// <summary>How it comes back to pixels.</summary>
    public SetrDecoder Decoder { get; init; }

    internal static readonly SetrSizes Sizes = new() { Patch = 3, Width = 4, Depth = 4, Heads = 2, GridHeight = 2, GridWidth = 3, DecoderWidth = 4, DropPath = 0 };

    /// <inheritdoc/>
    protected override string InputName => "images";

    /// <inheritdoc/>
    protected override int Least => 3;

    /// <inheritdoc/>
    private protected override Layout Layout => Of(Sizes, Decoder, C, K);

    internal static Layout Of(SetrSizes sizes, SetrDecoder decoder, long channels, long classes)
    {
        var (width, inner) = (sizes.Width, sizes.DecoderWidth);
        var layout = new Layout().Add("pos_embed", 1, width, sizes.GridHeight, sizes.GridWidth).Conv("patch_embed", width, channels, sizes.Patch);
        for (var i = 0; i < sizes.Depth; i++)
            ImageBlocks.Add(layout, $"blocks.{i}", width, 4 * width, 1, mix: false);
        if (decoder == SetrDecoder.Naive)
            layout.LayerNorm("decoder.norm", width).ConvNorm("decoder.conv", 0, inner, width, 1).Conv("decoder.classifier", classes, inner, 1);
        else if (decoder == SetrDecoder.Progressive)
        {
            layout.LayerNorm("decoder.norm", width);
            for (var i = 0; i < 4; i++)
                layout.ConvNorm($"decoder.conv.{i}", 0, inner, i == 0 ? width : inner, 3);
            layout.Conv("decoder.classifier", classes, inner, 1);
        }
        else
        {
            for (var i = 0; i < 4; i++)
                layout.LayerNorm($"decoder.norms.{i}", width).ConvNorm($"decoder.reduce.{i}", 0, inner, width, 1)
                    .ConvNorm($"decoder.merge.{i}", 0, inner, inner, 3).ConvNorm($"decoder.refine.{i}", 0, inner / 2, inner, 3)
                    .ConvNorm($"decoder.halve.{i}", 0, inner / 2, inner / 2, 3);
            layout.Conv("decoder.classifier", classes, 2 * inner, 1);
        }
        return layout;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Decoder != SetrDecoder.Naive)
            yield return this with { Decoder = SetrDecoder.Naive };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>SETR against its definition, with each of its decoders.</summary>
public sealed class SetrSpec : ImageModelSpec<Setr, SetrCase>
{
    /// <inheritdoc/>
    protected internal override SetrCase Usual => new() { H = 9, W = 13, Decoder = SetrDecoder.MultiLevel, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<SetrCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from h in Gen.Choose(3, 10)
        from w in Gen.Choose(3, 10)
        from decoder in Gen.Elements(SetrDecoder.Naive, SetrDecoder.Progressive, SetrDecoder.MultiLevel)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SetrCase { B = b, C = c, H = h, W = w, Decoder = decoder, Seed = seed };

    /// <inheritdoc/>
    protected override long Least => 3;

    /// <inheritdoc/>
    protected internal override Setr Make(SetrCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.Decoder, SetrCase.Sizes, @case.C);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SetrCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var (net, sizes) = (new Formulas(p), SetrCase.Sizes);
        var (height, width) = ((@case.H + sizes.Patch - 1) / sizes.Patch, (@case.W + sizes.Patch - 1) / sizes.Patch);
        var padded = F.pad(inputs[0], [0, width * sizes.Patch - @case.W, 0, height * sizes.Patch - @case.H]);
        var map = net.Conv(padded, "patch_embed", sizes.Patch) + ImageBlocks.Sized(p["pos_embed"], height, width);
        var depths = new List<Tensor>();
        for (var i = 0; i < sizes.Depth; i++)
            depths.Add(map = ImageBlocks.Through(net, $"blocks.{i}", map, sizes.Heads, 1, mix: false));
        var logits = @case.Decoder switch
        {
            SetrDecoder.Naive => net.ConvNormRelu(Normed(map, "decoder.norm"), "decoder.conv", 0, 0),
            SetrDecoder.Progressive => Enumerable.Range(0, 4).Aggregate(
                Normed(map, "decoder.norm"), (x, i) => Times(net.ConvNormRelu(x, $"decoder.conv.{i}", 0), 2)),
            _ => cat([.. Enumerable.Range(0, 4).Select(Stream)], 1),
        };
        logits = ImageBlocks.Sized(net.Conv(logits, "decoder.classifier"), padded.size(2), padded.size(3));
        return [logits.narrow(2, 0, @case.H).narrow(3, 0, @case.W)];

        Tensor Normed(Tensor x, string name) => ImageBlocks.AtPixels(x, t => net.LayerNorm(t, name, 1e-6));

        Tensor Times(Tensor x, long factor) => ImageBlocks.Sized(x, factor * x.size(2), factor * x.size(3));

        Tensor Stream(int level)                                                // its own map and all deeper ones
        {
            var sum = Enumerable.Range(level, 4 - level).Select(l => net.ConvNormRelu(
                Normed(depths[l], $"decoder.norms.{l}"), $"decoder.reduce.{l}", 0, 0)).Aggregate((a, b) => a + b);
            var merged = net.ConvNormRelu(net.ConvNormRelu(sum, $"decoder.merge.{level}", 0), $"decoder.refine.{level}", 0);
            return Times(net.ConvNormRelu(merged, $"decoder.halve.{level}", 0), 4);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SetrCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", () => new Setr(0).Dispose()),
        Made("no channels", "channels", () => new Setr(channels: 0).Dispose()),
        Made("heads that do not divide the width", "sizes", () => new Setr(sizes: new() { Width = 10, Heads = 3 }).Dispose()),
        Made("no grid", "sizes", () => new Setr(sizes: new() { GridHeight = 0 }).Dispose()),
        Made("three blocks for four levels", "sizes", () => new Setr(2, SetrDecoder.MultiLevel, SetrCase.Sizes with { Depth = 3 }).Dispose()),
        Made("an odd width for half of it", "sizes", () => new Setr(2, SetrDecoder.MultiLevel, SetrCase.Sizes with { DecoderWidth = 3 }).Dispose()),
        Made("all blocks dropped", "sizes", () => new Setr(sizes: new() { DropPath = 1 }).Dispose()),
        Made("another decoder", "decoder", () => new Setr(2, (SetrDecoder)3, SetrCase.Sizes).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SetrCase>, SetrCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Own("places are learned for a grid and resized for others", "At the grid's own size the embedding is added as it is; twice as large an image gets it twice as large.", (_, c) =>
        {
            var (net, _) = Drawn(c with { Decoder = SetrDecoder.Naive });
            using var kept = net;
            var state = net.state_dict();
            using (no_grad())
                foreach (var entry in state.Where(e => e.Key.StartsWith("blocks", StringComparison.Ordinal) && (e.Key.Contains("proj") || e.Key.Contains("fc2"))))
                    entry.Value.zero_();                                        // blocks pass on what they get
            var map = ImageBlocks.Sized(state["pos_embed"], 4, 6) + state["patch_embed.bias"].reshape(1, -1, 1, 1);
            var formulas = new Formulas(state);
            var expected = formulas.Conv(formulas.ConvNormRelu(
                ImageBlocks.AtPixels(map, x => formulas.LayerNorm(x, "decoder.norm", 1e-6)), "decoder.conv", 0, 0), "decoder.classifier");
            return Comparison.Same(
                "logits", net.call(zeros(1, c.C, 12, 18, dtype: ScalarType.Float64)), ImageBlocks.Sized(expected, 12, 18), Tolerance);
        }) with { Cases = 10 },
        Own("the paper's sizes have as many parameters as documented", "ViT-Base and ViT-Large with each decoder, 150 classes: counted from the shapes that the first law compares with a module's.", (_, _) =>
        {
            var got = string.Join(" ",
                from sizes in new[] { new SetrSizes(), SetrSizes.Large }
                from decoder in Enum.GetValues<SetrDecoder>()
                select SetrCase.Of(sizes, decoder, 3, 150).Count);
            const string Expected = "86668694 90012566 91435926 304448662 308316822 309414038";
            return Verdict.Require(got == Expected, $"They have {got}, expected {Expected}.");
        }) with { Cases = 1 },
    ];
}
