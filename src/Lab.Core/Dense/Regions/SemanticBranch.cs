using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense.Regions;

/// <summary>Says of every pixel what it is, from all maps of a pyramid: the branch for regions that cannot be counted.</summary>
/// <remarks>
/// <para>Each map is brought to the finest one's size in steps: a 3x3 convolution, group norm, ReLU, and bilinear enlargement to the next finer
/// map's size; the finest has the convolution alone. The sum goes through one product per pixel, and its logits are enlarged to the
/// image.</para>
/// <para>To the image's size, not by 4: sides that are no multiples of 32 come out as they went in (65 as 65, where 4·⌈65/4⌉ is 68), and maps
/// are enlarged to each other's sizes, or they could not be added.</para>
/// <para>Class 0 stands for everything that can be counted, as in Detectron2; the instance branch says which.</para>
/// <para>State: <c>scales.L.S.{0,1}</c> for map L and step S (a convolution without bias, a norm), <c>classifier</c>. With four maps of 256 channels, width 128 and 54
/// classes 1,630,774 parameters. Source: Kirillov et al. 2019, "Panoptic Feature Pyramid Networks", section 3.1.</para>
/// </remarks>
public sealed class SemanticBranch : Module<IReadOnlyList<Tensor>, long, long, Tensor>
{
    private readonly ModuleList<ModuleList<Sequential>> scales;
    private readonly Conv2d classifier;
    private readonly long channels;

    /// <summary>Makes the branch with the library's starting weights.</summary>
    /// <param name="channels">Channels of the maps C, positive.</param>
    /// <param name="maps">How many maps, positive.</param>
    /// <param name="classes">Classes K, positive: one for what can be counted, and the others.</param>
    /// <param name="width">Channels inside, positive.</param>
    /// <param name="groups">Groups of channels that are normed together, a divisor of <paramref name="width"/>.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or groups that do not divide the width.</exception>
    public SemanticBranch(long channels, int maps, long classes, long width = 128, long groups = 32) : base(nameof(SemanticBranch))
    {
        Require.Positive(channels);
        Require.Positive(maps);
        Require.Positive(classes);
        Require.Positive(width);
        RequireGroups(groups, width);
        this.channels = channels;
        scales = new([.. Enumerable.Range(0, maps).Select(level => new ModuleList<Sequential>([.. Enumerable.Range(0, Math.Max(1, level)).Select(step =>
            Sequential(Conv2d(step == 0 ? channels : width, width, 3, padding: 1, bias: false), Norm(groups, width), ReLU(inplace: true)))]))]);
        classifier = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <summary>A norm that starts as one: the library leaves factors and shifts as memory happens to be.</summary>
    private static GroupNorm Norm(long groups, long width)
    {
        var norm = GroupNorm(groups, width);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        norm.weight!.fill_(1);
        norm.bias!.fill_(0);
        return norm;
    }

    internal static void RequireGroups(long groups, long width)
    {
        if (groups < 1 || width % groups != 0)
            throw new ArgumentException($"groups must be positive and divide the width, {width}, got {groups}.", nameof(groups));
    }

    /// <summary>Maps a pyramid to logits.</summary>
    /// <param name="maps">From fine to coarse, <c>[B, C, H, W]</c> each, the dtype and device of the branch.</param>
    /// <param name="height">The image's height, positive.</param>
    /// <param name="width">The image's width, positive.</param>
    /// <returns><c>[B, K, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">Another number of maps, or a shape, dtype, device or size other than those above.</exception>
    public override Tensor forward(IReadOnlyList<Tensor> maps, long height, long width)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count != scales.Count)
            throw new ArgumentException($"maps must be {scales.Count}, from fine to coarse, got {maps.Count}.", nameof(maps));
        foreach (var map in maps)
        {
            ImageShapes.RequireFit(map, classifier.weight!, channels, name: nameof(maps));
            if (map.size(0) != maps[0].size(0))
                throw Require.BadShape(map, $"[{maps[0].size(0)}, {channels}, H, W], the batch of the first", nameof(maps));
        }
        BoxShapes.RequireSize(height, width);

        using var scope = NewDisposeScope();
        var sum = maps.Select(Enlarged).Aggregate((a, b) => a + b);
        return DenseLayers.ToSize(classifier.call(sum), height, width).MoveToOuterDisposeScope();

        Tensor Enlarged(Tensor map, int level)
        {
            for (var step = 0; step < scales[level].Count; step++)
            {
                var finer = maps[Math.Max(0, level - 1 - step)];
                map = DenseLayers.ToSize(scales[level][step].call(map), finer.size(2), finer.size(3));
            }
            return map;
        }
    }
}
