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

/// <summary>Images of a few pixels, and a U-Net of two or three narrow levels.</summary>
public sealed record UNetCase : ImageCase
{
    /// <summary>Levels.</summary>
    public int Levels { get; init; } = 3;

    /// <summary>Channels of the first level; each further one has one more.</summary>
    public int Width { get; init; } = 2;

    /// <summary>Whether there are gates, and the names that go with them.</summary>
    public bool Gated { get; init; }

    /// <inheritdoc/>
    protected override string InputName => "images";

    /// <inheritdoc/>
    protected override int Least => 1 << (Levels - 1);

    internal long[] Widths => [.. Enumerable.Range(0, Levels).Select(i => (long)Width + i)];

    /// <inheritdoc/>
    private protected override Layout Layout => Gated ? OfGated(Widths, C, K) : Of(Widths, C, K);

    internal static Layout Of(long[] widths, long channels, long classes)
    {
        var layout = Encoder(widths, channels);
        for (var level = widths.Length - 2; level >= 0; level--)
        {
            var at = 2 * (widths.Length - 2 - level);
            layout.Add($"decoder.{at}.weight", widths[level + 1], widths[level], 2, 2).Add($"decoder.{at}.bias", widths[level])
                .Twice($"decoder.{at + 1}.double_conv", widths[level], 2 * widths[level]);
        }
        return layout.Conv("final_conv", classes, widths[0], 1);
    }

    internal static Layout OfGated(long[] widths, long channels, long classes)
    {
        var layout = Encoder(widths, channels);
        for (var level = widths.Length - 2; level >= 0; level--)
        {
            var (at, width) = (widths.Length - 2 - level, widths[level]);
            layout.Add($"up.{at}.weight", widths[level + 1], width, 2, 2).Add($"up.{at}.bias", width)
                .Conv($"gates.{at}.gate", Math.Max(1, width / 2), width, 1).Conv($"gates.{at}.skip", Math.Max(1, width / 2), width, 1, bias: false)
                .Conv($"gates.{at}.psi", 1, Math.Max(1, width / 2), 1)
                .Twice($"decoder.{at}.double_conv", width, 2 * width);
        }
        return layout.Conv("classifier", classes, widths[0], 1);
    }

    private static Layout Encoder(long[] widths, long channels)
    {
        var layout = new Layout();
        for (var i = 0; i < widths.Length; i++)
            layout.Twice($"encoder.{i}.double_conv", widths[i], i == 0 ? channels : widths[i - 1]);
        return layout;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Levels > 2)
            yield return this with { Levels = Levels - 1 };
        if (Width > 1)
            yield return this with { Width = Width - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<UNetCase> Any(bool gated) =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 3)
        from levels in Gen.Choose(2, 3)
        from width in Gen.Choose(1, 3)
        from h in Gen.Choose(0, 5)
        from w in Gen.Choose(0, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new UNetCase
        {
            B = b,
            C = c,
            K = k,
            Levels = levels,
            Width = width,
            H = (1 << (levels - 1)) + h,
            W = (1 << (levels - 1)) + w,
            Gated = gated,
            Seed = seed,
        };
}

/// <summary>U-Net against its definition, level by level.</summary>
public sealed class UNetSpec : ImageModelSpec<UNet, UNetCase>
{
    /// <inheritdoc/>
    protected internal override UNetCase Usual => new() { H = 8, W = 9, Width = 4, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<UNetCase> Cases => UNetCase.Any(gated: false);

    /// <inheritdoc/>
    protected override long Least => 4;

    /// <inheritdoc/>
    protected internal override UNet Make(UNetCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Widths);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(UNetCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var net = new Formulas(p);
        return [net.Conv(From(0, inputs[0]), "final_conv")];

        Tensor From(int level, Tensor x)                                        // what this level and all below make of a map
        {
            var here = net.Twice(x, $"encoder.{level}.double_conv");
            if (level == @case.Levels - 1)
                return here;
            var below = From(level + 1, F.max_pool2d(here, 2, 2));
            var at = 2 * (@case.Levels - 2 - level);
            var up = F.conv_transpose2d(below, p[$"decoder.{at}.weight"], p[$"decoder.{at}.bias"], strides: [2, 2]);
            up = F.interpolate(up, [here.size(2), here.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
            return net.Twice(cat([here, up], 1), $"decoder.{at + 1}.double_conv");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<UNetCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no channels", "channels", () => new UNet(0, 2, [2, 3]).Dispose()),
        Made("no classes", "classes", () => new UNet(3, 0, [2, 3]).Dispose()),
        Made("one level", "widths", () => new UNet(3, 2, [2]).Dispose()),
        Made("a level without channels", "widths", () => new UNet(3, 2, [2, 0]).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<UNetCase>, UNetCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Counted("31,037,698 parameters as in the paper's widths", 31_037_698, () => new UNet()),
        Own("one image of the least size can be trained", "At 4x4 with three levels the deepest map is one pixel, and a batch of one still trains.", (_, c) =>
        {
            using var net = Make(Usual);
            net.train();
            net.call(ones(1, 2, 4, 4)).sum().backward();
            return Verdict.Require(net.parameters().All(p => p.grad is { } g && g.isfinite().all().ToBoolean()), "A gradient is missing or no number.");
        }) with { Cases = 1 },
    ];
}

/// <summary>Attention U-Net against its definition, level by level.</summary>
public sealed class AttentionUNetSpec : ImageModelSpec<AttentionUNet, UNetCase>
{
    /// <inheritdoc/>
    protected internal override UNetCase Usual => new() { H = 8, W = 9, Width = 8, Gated = true, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<UNetCase> Cases => UNetCase.Any(gated: true);

    /// <inheritdoc/>
    protected override long Least => 4;

    /// <inheritdoc/>
    protected internal override AttentionUNet Make(UNetCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Widths);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(UNetCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var net = new Formulas(p);
        return [net.Conv(From(0, inputs[0]), "classifier")];

        Tensor From(int level, Tensor x)
        {
            var here = net.Twice(x, $"encoder.{level}.double_conv");
            if (level == @case.Levels - 1)
                return here;
            var below = From(level + 1, F.max_pool2d(here, 2, 2));
            var at = @case.Levels - 2 - level;
            var up = F.conv_transpose2d(below, p[$"up.{at}.weight"], p[$"up.{at}.bias"], strides: [2, 2]);
            up = F.interpolate(up, [here.size(2), here.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
            return net.Twice(cat([AttentionGateSpec.Formula(net, $"gates.{at}.", up, here), up], 1), $"decoder.{at}.double_conv");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<UNetCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no channels", "channels", () => new AttentionUNet(0, 2, [2, 3]).Dispose()),
        Made("no classes", "classes", () => new AttentionUNet(3, 0, [2, 3]).Dispose()),
        Made("one level", "widths", () => new AttentionUNet(3, 2, [2]).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<UNetCase>, UNetCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Counted("as many parameters as documented", 31_386_822, UNetCase.OfGated([64, 128, 256, 512, 1024], 3, 2)),
        Own("with gates that are open it is a U-Net", "Gates with a large bias let everything through: the logits are those of a U-Net with the same numbers.", (_, c) =>
        {
            var (net, x) = Drawn(c);
            using var kept = net;
            using var plain = new UNet(c.C, c.K, c.Widths);
            plain.to(ScalarType.Float64);
            using (no_grad())
            {
                foreach (var (name, parameter) in net.named_parameters())
                    if (name.EndsWith("psi.bias", StringComparison.Ordinal))
                        parameter.fill_(1e6);
                var given = net.named_parameters().ToDictionary(e => e.name, e => (Tensor)e.parameter);
                foreach (var (name, parameter) in plain.named_parameters())
                    parameter.copy_(given[Gated(name)]);
            }
            plain.eval();
            return Comparison.Same("logits", net.call(x[0]), plain.call(x[0]), Tolerance.Times(10));
        }) with { Cases = 20 },
    ];

    /// <summary>The gated network's name of a U-Net's parameter.</summary>
    private static string Gated(string name)
    {
        var parts = name.Split('.');
        if (parts[0] == "final_conv")
            return $"classifier.{parts[1]}";
        if (parts[0] != "decoder")
            return name;
        var at = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return string.Join('.', [at % 2 == 0 ? "up" : "decoder", $"{at / 2}", .. parts[2..]]);
    }
}
