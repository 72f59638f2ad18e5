using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Found and true objects: boxes, masks or keypoints, some of the true ones crowds.</summary>
public sealed record OverlapCase : Case
{
    /// <summary>Found objects D.</summary>
    public required int Found { get; init; }

    /// <summary>True objects G.</summary>
    public required int Truth { get; init; }

    /// <summary>Keypoints P, or the side of masks.</summary>
    public required int Size { get; init; }

    /// <summary>Some true objects are crowds.</summary>
    public bool Crowds { get; init; }

    /// <summary>Which arguments the op takes.</summary>
    public OverlapKind Kind { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => Kind switch
    {
        OverlapKind.Boxes =>
        [
            new("boxes", Boxes(0, Found)) { BatchDim = 0, Extremes = [1e4, -1e4] },
            new("trueBoxes", Boxes(1, Truth)),
            new("crowd", Numbers(2).Mask(Crowds ? 0.4 : 0, Truth)),
        ],
        OverlapKind.Masks =>
        [
            new("masks", Numbers().Mask(0.5, Found, Size, Size)) { BatchDim = 0 },
            new("trueMasks", Numbers(1).Mask(Crowds ? 0.3 : 0.6, Truth, Size, Size)),
            new("crowd", Numbers(2).Mask(Crowds ? 0.4 : 0, Truth)),
        ],
        _ =>
        [
            new("keypoints", 10 + Numbers().Reals(Found, Size, 2)) { BatchDim = 0, Extremes = [1e4, double.PositiveInfinity] },
            new("trueKeypoints", 10 + Numbers(1).Reals(Truth, Size, 2)),
            new("labelled", Numbers(2).Mask(Crowds ? 0.5 : 0.9, Truth, Size)),
            new("areas", Numbers(3).Between(0.5, 20, Truth).clamp(min: 0.5)),
            new("sigmas", Numbers(4).Between(0.05, 0.9, Size).clamp(min: 0.05)),
        ],
    };

    /// <summary>Truths as an array, of tensors without entries too.</summary>
    internal static bool[] Flags(Tensor flags) => [.. flags.contiguous().data<bool>()];

    /// <summary>Boxes about as large as the places they are spread over; a few are empty.</summary>
    private Tensor Boxes(int stream, int count)
    {
        var middle = Numbers(stream + 4).Reals(count, 2);
        var side = Numbers(stream + 6).Between(-0.3, 2.5, count, 2);
        return cat([middle - side / 2, middle + side / 2], 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Found > 1)
            yield return this with { Found = Found - 1 };
        if (Truth > 1)
            yield return this with { Truth = Truth - 1 };
        if (Size > 1)
            yield return this with { Size = Size - 1 };
        if (Crowds)
            yield return this with { Crowds = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to five found and four true objects, none among them.</summary>
    public static Gen<OverlapCase> Any(OverlapKind kind) =>
        from found in Gen.Choose(0, 5)
        from truth in Gen.Choose(0, 4)
        from size in Gen.Choose(1, 6)
        from crowds in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new OverlapCase { Found = found, Truth = truth, Size = size, Crowds = crowds, Kind = kind, Seed = seed };
}

/// <summary>What overlaps are of.</summary>
public enum OverlapKind
{
    /// <summary>Boxes <c>[D, 4]</c>.</summary>
    Boxes,

    /// <summary>Masks <c>[D, H, W]</c>.</summary>
    Masks,

    /// <summary>Keypoints <c>[D, P, 2]</c>.</summary>
    Keypoints,
}
