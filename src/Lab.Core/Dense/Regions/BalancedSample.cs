using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>Which boxes to learn from.</summary>
/// <param name="Positives">Numbers of boxes that match an object, ascending, <c>[P]</c>, int64.</param>
/// <param name="Negatives">Numbers of background boxes, ascending, <c>[Q]</c>, int64.</param>
public sealed record BoxSample(Tensor Positives, Tensor Negatives);

public static partial class Region
{
    /// <summary>Chooses a few boxes at random to learn from: not more than a share of them objects, the rest background.</summary>
    /// <remarks>
    /// <para>Rule: <c>P = min(objects, ⌊count·share⌋)</c> boxes that match, <c>Q = min(background, count - P)</c> that are background, each set
    /// with the same chance; undecided ones are never taken. Without it thousands of easy background boxes would drown a few objects.</para>
    /// <para>Gradient: none. Oracle: <c>randperm</c> with the same generator. Source: Ren et al. 2015, section 3.1.3.</para>
    /// </remarks>
    /// <param name="matches">What <see cref="Match"/> says, <c>[N]</c>, int64.</param>
    /// <param name="count">How many boxes, positive: 256 anchors, 512 proposals of a picture.</param>
    /// <param name="positiveShare">The greatest share of objects, in [0, 1]: ½, ¼.</param>
    /// <param name="generator">The source of randomness, on the CPU; none takes the library's own.</param>
    /// <returns>Numbers of boxes, on the device of <paramref name="matches"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static BoxSample SampleBoxes(Tensor matches, long count, double positiveShare, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(matches);
        if (matches.dtype != ScalarType.Int64)
            throw new ArgumentException($"matches must be of dtype Int64, got {matches.dtype}.", nameof(matches));
        if (matches.shape is not [_])
            throw Require.BadShape(matches, "[N]");
        Require.Positive(count);
        if (positiveShare is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(positiveShare), positiveShare, "Must be in [0, 1].");

        using var scope = NewDisposeScope();
        var objects = Some(matches >= 0, (long)Math.Floor(count * positiveShare));
        var background = Some(matches == Background, count - objects.size(0));
        return new(objects.MoveToOuterDisposeScope(), background.MoveToOuterDisposeScope());

        Tensor Some(Tensor which, long most)
        {
            var all = which.nonzero().squeeze(1);
            if (all.size(0) <= most)
                return all;
            var chosen = randperm(all.size(0), dtype: ScalarType.Int64, generator: generator).narrow(0, 0, most).to(matches.device);
            return all.index_select(0, chosen).sort().Values;
        }
    }
}
