using Lab.Core.Models;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense.Regions;

/// <summary>Maps of all sizes that all know what the coarsest knows: a feature pyramid on a backbone's stages.</summary>
/// <remarks>
/// <para>From the top down: each stage goes through a 1x1 convolution to the same width, and the coarser result, enlarged to its size by
/// repeating pixels, is added; a 3x3 convolution then smooths each sum. So a fine map, good for small objects, has the meaning of the
/// coarse ones.</para>
/// <para>With <c>extra</c> every second pixel of the coarsest map makes one more, for the largest anchors.</para>
/// <para>Any size: maps are enlarged to the finer one's size, not by 2. State: <c>inner.I.{weight,bias}</c>, <c>outer.I.{weight,bias}</c>, from fine to
/// coarse (torchvision's <c>inner_blocks.I.0</c> and <c>layer_blocks.I.0</c>). On ResNet-50 3,344,384 parameters. Source: Lin et al. 2017, section 3.</para>
/// </remarks>
public sealed class FeaturePyramid : Module<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<Conv2d> inner;
    private readonly ModuleList<Conv2d> outer;
    private readonly IReadOnlyList<long> channels;
    private readonly bool extra;

    /// <summary>Makes the pyramid with the library's starting weights.</summary>
    /// <param name="channels">Channels of the backbone's maps, from fine to coarse, positive.</param>
    /// <param name="width">Channels of the pyramid's maps, positive.</param>
    /// <param name="extra">Whether there is one map more than the backbone has.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or no channels.</exception>
    public FeaturePyramid(IReadOnlyList<long> channels, long width = 256, bool extra = true) : base(nameof(FeaturePyramid))
    {
        ArgumentNullException.ThrowIfNull(channels);
        this.channels = ModelShapes.Widths(channels, [], 1);
        Require.Positive(width);
        this.extra = extra;
        inner = new([.. channels.Select(c => Conv2d(c, width, 1))]);
        outer = new([.. channels.Select(_ => Conv2d(width, width, 3, padding: 1))]);
        RegisterComponents();
    }

    /// <summary>Maps a backbone's maps to the pyramid's.</summary>
    /// <param name="maps">From fine to coarse, <c>[B, C, H, W]</c> each, the dtype and device of the module.</param>
    /// <returns>Maps of the same sizes and one width, and one more of half the last size (rounded up) where that was asked for.</returns>
    /// <exception cref="ArgumentException">Another number of maps, or a shape, dtype or device other than those above.</exception>
    public override IReadOnlyList<Tensor> forward(IReadOnlyList<Tensor> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count != channels.Count)
            throw new ArgumentException($"maps must be {channels.Count}, from fine to coarse, got {maps.Count}.", nameof(maps));
        for (var i = 0; i < maps.Count; i++)
            ImageShapes.RequireFit(maps[i], inner[0].weight!, channels[i], name: nameof(maps));

        using var scope = NewDisposeScope();
        var results = new Tensor[maps.Count];
        var above = inner[^1].call(maps[^1]);
        results[^1] = outer[^1].call(above);
        for (var i = maps.Count - 2; i >= 0; i--)
        {
            above = inner[i].call(maps[i])
                + functional.interpolate(above, [maps[i].size(2), maps[i].size(3)], mode: InterpolationMode.Nearest);
            results[i] = outer[i].call(above);
        }
        IReadOnlyList<Tensor> all = extra ? [.. results, results[^1].slice(2, 0, long.MaxValue, 2).slice(3, 0, long.MaxValue, 2)] : results;
        return [.. all.Select(map => map.MoveToOuterDisposeScope())];
    }
}
