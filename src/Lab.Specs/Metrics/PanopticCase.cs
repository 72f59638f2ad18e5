using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>True segments as blocks of pixels, and predictions that are partly the same.</summary>
public sealed record PanopticCase : Case
{
    /// <summary>Pictures N.</summary>
    public required int N { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>The share of pixels that are predicted at random.</summary>
    public double Noise { get; init; }

    /// <summary>Some pixels are void.</summary>
    public bool Voids { get; init; }

    /// <summary>Some segments are crowds.</summary>
    public bool Crowds { get; init; }

    /// <summary>The category of void.</summary>
    public const long Void = 255;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var (kinds, numbers) = (Blocks(Numbers(0).Indices(K, N, 3, 3)), Blocks(Numbers(1).Indices(2, N, 3, 3)));
        var keep = Numbers(2).Mask(1 - Noise, N, 6, 6);
        var crowd = Blocks(Numbers(3).Mask(Crowds ? 0.3 : 0, N, 3, 3).to(ScalarType.Int64)).to(ScalarType.Bool);
        var isVoid = Numbers(4).Mask(Voids ? 0.15 : 0, N, 6, 6);
        var unknown = Numbers(5).Mask(Voids ? 0.1 : 0, N, 6, 6);
        return
        [
            new("categories", where(keep, kinds, Numbers(6).Indices(K, N, 6, 6)).masked_fill(unknown, Void)),
            new("instances", where(keep, numbers, Numbers(7).Indices(2, N, 6, 6))),
            new("trueCategories", kinds.masked_fill(isVoid, Void)),
            new("trueInstances", numbers),
            new("crowd", crowd),
        ];
    }

    private static Tensor Blocks(Tensor small) => small.repeat_interleave(2, 1).repeat_interleave(2, 2);

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 1)
            yield return this with { N = 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (Voids)
            yield return this with { Voids = false };
        if (Crowds)
            yield return this with { Crowds = false };
        if (Noise > 0)
            yield return this with { Noise = 0 };
    }

    /// <summary>One or two pictures of 6 x 6.</summary>
    public static Gen<PanopticCase> Any =>
        from n in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from noise in Gen.Elements(0.0, 0.2, 0.5)
        from voids in Gen.Elements(false, true)
        from crowds in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PanopticCase { N = n, K = k, Noise = noise, Voids = voids, Crowds = crowds, Seed = seed };
}
