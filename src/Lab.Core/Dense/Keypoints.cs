using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>Where each keypoint is, and how sure the heatmap is of it.</summary>
/// <param name="Points">x and y in pixels of the heatmap, <c>[B, K, 2]</c>; the middle of the first pixel is (0, 0). NaN where
/// none was found.</param>
/// <param name="Scores">The height of the peak, <c>[B, K]</c>.</param>
/// <param name="Found">Whether the peak reaches the threshold, <c>[B, K]</c>, bool.</param>
public sealed record Keypoints(Tensor Points, Tensor Scores, Tensor Found);

/// <summary>The highest pixels of heatmaps, and what lies around them.</summary>
internal sealed class Peaks
{
    private readonly Tensor maps;
    private readonly Tensor place;

    /// <param name="maps">Float32 or wider, <c>[B, K, H, W]</c>.</param>
    public Peaks(Tensor maps)
    {
        this.maps = maps.flatten(2);                                            // [B, K, H·W]
        (Height, Width) = (maps.size(2), maps.size(3));
        place = this.maps.argmax(2);                                            // the first of several
        X = place.remainder(Width);
        Y = place.div(Width, RoundingMode.floor);
    }

    private long Height { get; }

    private long Width { get; }

    /// <summary>Columns and rows of the peaks, <c>[B, K]</c>, int64.</summary>
    public Tensor X { get; }

    public Tensor Y { get; }

    /// <summary>The value so many pixels to the right and below, <c>[B, K]</c>; where that is outside, any.</summary>
    public Tensor At(Tensor values, long right, long below)
    {
        var (x, y) = ((X + right).clamp(0, Width - 1), (Y + below).clamp(0, Height - 1));
        return values.flatten(2).gather(2, (y * Width + x).unsqueeze(2)).squeeze(2);
    }

    /// <summary>Whether a peak has neighbours on both sides.</summary>
    public Tensor InsideX => (X > 0).logical_and(X < Width - 1);

    public Tensor InsideY => (Y > 0).logical_and(Y < Height - 1);

    /// <summary>The result: peaks moved by an offset, <c>[B, K]</c> each, where they reach the threshold.</summary>
    public Keypoints Moved(Tensor? dx, Tensor? dy, double threshold, ScalarType dtype)
    {
        var scores = maps.gather(2, place.unsqueeze(2)).squeeze(2);
        var (x, y) = (X.to(maps.dtype), Y.to(maps.dtype));
        var points = stack([dx is null ? x : x + dx, dy is null ? y : y + dy], -1);
        var found = scores >= threshold;
        var placed = points.masked_fill(found.logical_not().unsqueeze(-1), double.NaN);
        return new(
            placed.to(dtype).MoveToOuterDisposeScope(), scores.to(dtype).MoveToOuterDisposeScope(), found.MoveToOuterDisposeScope());
    }

    /// <summary>Half precision has too few digits for places and for differences of neighbours.</summary>
    public static Tensor Precise(Tensor maps) =>
        maps.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? maps.to(ScalarType.Float32) : maps;
}
