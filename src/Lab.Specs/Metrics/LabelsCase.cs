using System.ComponentModel;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Label maps of K classes and predictions of them, <c>[B, H, W]</c>.</summary>
public sealed record LabelsCase : Case
{
    /// <summary>Images B.</summary>
    public required int B { get; init; }

    /// <summary>Height H.</summary>
    public required int H { get; init; }

    /// <summary>Width W.</summary>
    public required int W { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>The share of predictions that are right for sure.</summary>
    public double Right { get; init; }

    /// <summary>Pixels come in blocks of this many, so that there are regions.</summary>
    public int Block { get; init; } = 1;

    /// <summary>The share of pixels that are to be ignored.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    [DefaultValue(Loss.DefaultIgnoreIndex)]
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    /// <summary>A distance in pixels.</summary>
    public double Tolerance { get; init; }

    /// <summary>Whether the result has one entry per image.</summary>
    internal bool PerImage { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => PerImage ? [0] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        Tensor Maps(int stream) => Numbers(stream).Indices(K, B, (H + Block - 1) / Block, (W + Block - 1) / Block)
            .repeat_interleave(Block, 1).repeat_interleave(Block, 2).narrow(1, 0, H).narrow(2, 0, W).contiguous();
        var truth = Maps(0);
        var predictions = where(Numbers(2).Mask(Right, B, H, W), truth, Maps(1));
        var targets = truth.masked_fill(Numbers(3).Mask(Ignored, B, H, W), IgnoreIndex);
        return [new("predictions", predictions) { BatchDim = 0 }, new("targets", targets) { BatchDim = 0 }];
    }

    /// <summary>Other predictions wherever the target is ignored; null where none is.</summary>
    public IReadOnlyList<Argument>? DisturbIgnored(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var ignored = arguments[1].Value == IgnoreIndex;
        var others = (arguments[0].Value + 1).remainder(K);
        return ignored.any().ToBoolean() ? [arguments[0].With(where(ignored, others, arguments[0].Value)), arguments[1]] : null;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        if (Block > 1)
            yield return this with { Block = 1 };
        if (IgnoreIndex != Loss.DefaultIgnoreIndex)
            yield return this with { IgnoreIndex = Loss.DefaultIgnoreIndex };
    }

    /// <summary>Few small maps, right here and there.</summary>
    public static Gen<LabelsCase> Any =>
        from b in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 7)
        from w in Gen.Choose(1, 7)
        from k in Gen.Choose(1, 4)
        from right in Gen.Elements(0.0, 0.5, 0.9, 1.0)
        from block in Gen.Choose(1, 3)
        from ignored in Gen.Elements(0.0, 0.2, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0, 255)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelsCase
        {
            B = b,
            H = h,
            W = w,
            K = k,
            Right = right,
            Block = block,
            Ignored = ignored,
            IgnoreIndex = ignoreIndex,
            Seed = seed,
        };
}
