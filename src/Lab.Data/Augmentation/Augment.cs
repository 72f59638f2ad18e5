using Lab.Data.Masks;
using static TorchSharp.torch;

namespace Lab.Data.Augmentation;

/// <summary>Changes of a sample in which picture, masks, boxes and keypoints move together.</summary>
public static class Augment
{
    /// <summary>The label of pixels that come from outside of the picture.</summary>
    public const long Void = 255;

    /// <summary>Mirrors left and right.</summary>
    public static Sample FlipHorizontally(Sample sample) => Warp(sample, AffineMap.FlipHorizontally(Size(sample).Width));

    /// <summary>Mirrors top and bottom.</summary>
    public static Sample FlipVertically(Sample sample) => Warp(sample, AffineMap.FlipVertically(Size(sample).Height));

    /// <summary>Cuts a window out; what of it lies outside of the picture is filled as in <see cref="Warp"/>.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="left">The window's first column, possibly negative.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="height">Its rows, positive.</param>
    /// <param name="width">Its columns, positive.</param>
    public static Sample Crop(Sample sample, int left, int top, int height, int width) =>
        Warp(sample, AffineMap.Shift(-left, -top), height, width);

    /// <summary>Stretches to another size.</summary>
    public static Sample Resize(Sample sample, int height, int width)
    {
        var (h, w) = Size(sample);
        return Warp(sample, AffineMap.Scale((double)width / w, (double)height / h), height, width);
    }

    /// <summary>Turns clockwise around the middle; the size stays.</summary>
    public static Sample Rotate(Sample sample, double degrees)
    {
        var (h, w) = Size(sample);
        return Warp(sample, AffineMap.Rotate(degrees, w / 2.0, h / 2.0));
    }

    /// <summary>Moves every part of a sample by one map.</summary>
    /// <remarks>
    /// The picture is sampled between pixels (bilinear; exact where the map takes pixels to pixels), masks and depths at the nearest pixel.
    /// From outside come 0 for the picture, <see cref="Void"/> for labels, 0 for instances and depths. With instances, a box is that of the moved
    /// mask, and an object without pixels is dropped and the others numbered anew; without, it is the box around the moved box, cut at the picture.
    /// A keypoint that leaves the picture is no longer labelled. In a mirror image <see cref="Sample.Mirrored"/> renames keypoints.
    /// </remarks>
    /// <param name="sample">The sample; it stays as it is.</param>
    /// <param name="map">Where points go.</param>
    /// <param name="height">Rows of the result; as before where absent.</param>
    /// <param name="width">Columns of the result; as before where absent.</param>
    /// <returns>A new sample, whose tensors belong to the caller.</returns>
    /// <exception cref="ArgumentException">Parts of different sizes, a size that is not positive, or a map without a way back.</exception>
    public static Sample Warp(Sample sample, AffineMap map, int? height = null, int? width = null)
    {
        var (h, w) = Size(sample);
        var (rows, columns) = (height ?? h, width ?? w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows, nameof(height));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns, nameof(width));
        if (map.Determinant == 0 || !double.IsFinite(map.Determinant))
            throw new ArgumentException($"map must have a way back, got {map}.", nameof(map));

        using var scope = NewDisposeScope();
        var source = new SourcePixels(map.Inverse(), h, w, rows, columns, sample.Image.device);
        var instances = sample.Instances is null ? null : source.Nearest(sample.Instances, 0);
        var (objects, numbered) = Objects(sample, map, instances, rows, columns);
        return sample with
        {
            Image = source.Between(sample.Image).MoveToOuterDisposeScope(),
            Labels = sample.Labels is null ? null : source.Nearest(sample.Labels, Void).MoveToOuterDisposeScope(),
            Instances = numbered?.MoveToOuterDisposeScope(),
            Depth = sample.Depth is null ? null : source.Nearest(sample.Depth, 0).MoveToOuterDisposeScope(),
            Objects = objects,
        };
    }

    /// <summary>Changes the colours, of the picture alone.</summary>
    /// <param name="sample">The sample; it stays as it is.</param>
    /// <param name="brightness">Factor on every channel, not negative.</param>
    /// <param name="contrast">Factor on the distance from the mean grey, not negative.</param>
    /// <param name="saturation">Factor on the distance from each pixel's grey, not negative; pictures of three channels only.</param>
    /// <returns>A sample with a new picture in 0..1 and the other parts of the old one.</returns>
    /// <exception cref="ArgumentException">A negative factor.</exception>
    public static Sample Colors(Sample sample, double brightness = 1, double contrast = 1, double saturation = 1)
    {
        Size(sample);
        ArgumentOutOfRangeException.ThrowIfNegative(brightness);
        ArgumentOutOfRangeException.ThrowIfNegative(contrast);
        ArgumentOutOfRangeException.ThrowIfNegative(saturation);
        using var scope = NewDisposeScope();
        var image = sample.Image * brightness;
        if (image.size(0) == 3)
        {
            var grey = (0.299 * image[0] + 0.587 * image[1] + 0.114 * image[2]).unsqueeze(0);
            image = grey + saturation * (image - grey);
        }
        var mean = image.mean();
        image = (mean + contrast * (image - mean)).clamp(0, 1);
        return sample with { Image = image.MoveToOuterDisposeScope() };
    }

    private static (int Height, int Width) Size(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        sample.Check();
        return (sample.Height, sample.Width);
    }

    private static (IReadOnlyList<SampleObject> Objects, Tensor? Numbered) Objects(
        Sample sample, AffineMap map, Tensor? instances, int rows, int columns)
    {
        long[]? owners = instances is null ? null : [.. instances.cpu().data<long>()];
        var kept = new List<SampleObject>();
        var numbers = new long[sample.Objects.Count + 1];
        for (var i = 0; i < sample.Objects.Count; i++)
        {
            var old = sample.Objects[i];
            var box = owners is null
                ? map.Of(old.Box).Within(rows, columns)
                : RunLengths.Encode([.. owners.Select(owner => owner == i + 1)], rows, columns).Box();
            if (box.Area <= 0)
                continue;
            kept.Add(old with { Box = box, Keypoints = Keypoints(sample, old, map, rows, columns) });
            numbers[i + 1] = kept.Count;
        }
        if (owners is null)
            return (kept, null);
        var renamed = owners.Select(owner => owner >= 0 && owner < numbers.Length ? numbers[owner] : owner).ToArray();
        return (kept, tensor(renamed).reshape(rows, columns).to(instances!.device));
    }

    private static Keypoint[] Keypoints(Sample sample, SampleObject old, AffineMap map, int rows, int columns)
    {
        var moved = old.Keypoints.Select(k =>
        {
            if (!k.Labelled)
                return Keypoint.None;
            var (x, y) = map.Of(k.X, k.Y);
            return x >= 0 && y >= 0 && x < columns && y < rows ? new(x, y, k.Visibility) : Keypoint.None;
        }).ToArray();
        return map.Determinant < 0 && sample.Mirrored is not null && moved.Length > 0
            ? [.. sample.Mirrored(old.Class).Select(place => moved[place])]
            : moved;
    }
}
