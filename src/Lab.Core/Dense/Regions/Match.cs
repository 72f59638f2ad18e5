using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>What <see cref="Match"/> says of a box that is background.</summary>
    public const long Background = -1;

    /// <summary>What <see cref="Match"/> says of a box that is neither an object nor background, and is not to be learnt from.</summary>
    public const long Undecided = -2;

    /// <summary>Which true object each anchor or proposal is to answer for.</summary>
    /// <remarks>
    /// <para>Rule: each box looks at the true one that it overlaps most, of equals the first. With an overlap of <paramref name="high"/> or more it
    /// is its match, below <paramref name="low"/> the box is background, between them undecided.</para>
    /// <para>With <paramref name="keepBest"/> every true object keeps the boxes that overlap it most, all of equals, however little: they
    /// answer for the one that they overlap most themselves. Otherwise a small object might have nobody to find it.</para>
    /// <para>An object that no box touches keeps none. (torchvision and Detectron2 give it every box that does not touch it either.)</para>
    /// <para>Gradient: none. Oracle: box by box, in plain doubles. Source: Ren et al. 2015, section 3.1.2; torchvision's <c>Matcher</c>.</para>
    /// </remarks>
    /// <param name="overlaps">IoU of true objects and boxes, <c>[G, N]</c>, floating point; G may be 0.</param>
    /// <param name="low">Below it a box is background, in [0, 1].</param>
    /// <param name="high">From it on a box is an object, in [low, 1].</param>
    /// <param name="keepBest">Whether each true object keeps its best boxes.</param>
    /// <returns>The number of the true object, <see cref="Background"/> or <see cref="Undecided"/>, <c>[N]</c>, int64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor Match(Tensor overlaps, double low, double high, bool keepBest = false)
    {
        Require.FloatingPoint(overlaps);
        if (overlaps.shape is not [var G, var N])
            throw Require.BadShape(overlaps, "[G, N]");
        if (low is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(low), low, "Must be in [0, 1].");
        if (!(high >= low && high <= 1))
            throw new ArgumentOutOfRangeException(nameof(high), high, $"Must be in [{low}, 1].");
        if (G == 0 || N == 0)
            return full([N], Background, dtype: ScalarType.Int64, device: overlaps.device);

        using var scope = NewDisposeScope();
        var quality = overlaps.detach().to(ScalarType.Float64);                 // thresholds are doubles
        var best = quality.amax([0]);                                           // [N]
        var rank = arange(G, dtype: ScalarType.Int64, device: overlaps.device).unsqueeze(1);
        var nearest = where(quality == best, rank, full_like(rank, G)).amin([0]).clamp(max: G - 1);    // the first of equals; NaN finds none
        var found = best >= high;
        if (keepBest)
        {
            var most = quality.amax([1], keepdim: true);                        // [G, 1]
            found = found.logical_or((quality == most).logical_and(most > 0).any(0));
        }
        var rest = where(best < low, full_like(nearest, Background), full_like(nearest, Undecided));
        return where(found, nearest, rest).MoveToOuterDisposeScope();
    }
}
