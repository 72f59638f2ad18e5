using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Regions of maps, <c>[..., H, W]</c>, with or without pixels that do not count.</summary>
public sealed record MaskCase : Case
{
    /// <summary>The dimensions before the map's.</summary>
    public required TensorShape Maps { get; init; }

    /// <summary>Height H.</summary>
    public required int H { get; init; }

    /// <summary>Width W.</summary>
    public required int W { get; init; }

    /// <summary>The share of pixels in the region.</summary>
    public double Share { get; init; }

    /// <summary>The share of pixels that do not count; null says nothing of them.</summary>
    public double? Invalid { get; init; }

    /// <summary>Whether the result is float32.</summary>
    public bool InFloat32 { get; init; }

    /// <summary>The result's dtype.</summary>
    internal ScalarType Dtype => InFloat32 ? ScalarType.Float32 : ScalarType.Float64;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Maps.Sizes.Length > 0 ? [0] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        long[] shape = [.. Maps.Sizes, H, W];
        int? batch = Maps.Sizes.Length > 0 ? 0 : null;
        var mask = new Argument("mask", Numbers().Mask(Share, shape)) { BatchDim = batch };
        return Invalid is { } share ? [mask, new("valid", Numbers(1).Mask(1 - share, shape)) { BatchDim = batch }] : [mask];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Maps.Sizes.Length > 0)
            yield return this with { Maps = Maps.Without(0) };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Invalid is not null)
            yield return this with { Invalid = null };
    }

    /// <summary>Small maps, with few, many, all or no pixels in the region.</summary>
    public static Gen<MaskCase> Any =>
        from maps in Gen.Elements(Array.Empty<long>(), [1], [3], [2, 2])
        from h in Gen.Choose(1, 7)
        from w in Gen.Choose(1, 9)
        from share in Gen.Elements(0.0, 0.05, 0.2, 0.5, 0.9, 1.0)
        from float32 in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MaskCase { Maps = new(maps), H = h, W = w, Share = share, InFloat32 = float32, Seed = seed };
}
