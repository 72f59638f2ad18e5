using System.Text.Json.Serialization;
using Lab.Data.Images;
using Lab.Shared;

namespace Lab.Data.Coco;

/// <summary>COCO's panoptic annotations: <c>panoptic_*.json</c>, beside a folder of the same name with one PNG a picture.</summary>
/// <remarks>Source: Kirillov et al. 2019, "Panoptic Segmentation", and the format's page at cocodataset.org.</remarks>
public sealed class PanopticFile
{
    private readonly Dictionary<long, PanopticAnnotation> byImage;
    private readonly string name;

    /// <summary>Puts pictures, segments and categories together, and checks that they fit.</summary>
    /// <param name="images">Pictures.</param>
    /// <param name="annotations">Their segments.</param>
    /// <param name="categories">Classes, with <see cref="CocoCategory.IsThing"/>.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">An unknown picture or category, a segment's number 0 or twice in a picture.</exception>
    public PanopticFile(
        IReadOnlyList<CocoImage> images, IReadOnlyList<PanopticAnnotation> annotations, IReadOnlyList<CocoCategory> categories,
        string name = "panoptic")
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(annotations);
        ArgumentNullException.ThrowIfNull(categories);
        (Images, Annotations, Categories, this.name) = (images, annotations, categories, name);
        var (known, classes) = (images.Select(image => image.Id).ToHashSet(), categories.Select(category => category.Id).ToHashSet());
        byImage = [];
        foreach (var annotation in annotations)
        {
            if (!known.Contains(annotation.ImageId))
                throw Wrong($"{annotation.FileName} is of image {annotation.ImageId}, which is not among the {known.Count} images");
            if (!byImage.TryAdd(annotation.ImageId, annotation))
                throw Wrong($"image {annotation.ImageId} has two annotations");
            var ids = new HashSet<int> { 0 };
            foreach (var segment in annotation.Segments)
            {
                if (!ids.Add(segment.Id))
                    throw Wrong($"{annotation.FileName}: segment id {segment.Id} is {(segment.Id == 0 ? "that of no segment" : "there twice")}");
                if (!classes.Contains(segment.CategoryId))
                    throw Wrong($"{annotation.FileName}: segment {segment.Id} has category {segment.CategoryId}, wanted one of {string.Join(", ", classes.Order())}");
            }
        }
    }

    /// <summary>The pictures, in the order of the file.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>The segments of each picture.</summary>
    public IReadOnlyList<PanopticAnnotation> Annotations { get; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Broken JSON, a field that is missing, or parts that do not fit.</exception>
    public static PanopticFile Read(string path)
    {
        var parts = CocoJson.Read<Parts>(path);
        return new(parts.Images, parts.Annotations, parts.Categories, path);
    }

    /// <summary>Writes a file: beside it first, then in its place.</summary>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encode());
    }

    /// <summary>The bytes of a file.</summary>
    public byte[] Encode() => CocoJson.Encode(("images", Images), ("annotations", Annotations), ("categories", Categories));

    /// <summary>The segments of a picture.</summary>
    /// <exception cref="KeyNotFoundException">It has none.</exception>
    public PanopticAnnotation Of(long image) => byImage.TryGetValue(image, out var annotation)
        ? annotation
        : throw new KeyNotFoundException($"{name}: no segments of image {image}.");

    /// <summary>The segment's number of every pixel, 0 where there is none.</summary>
    /// <param name="folder">The folder of the PNGs.</param>
    /// <param name="annotation">A picture's segments.</param>
    /// <exception cref="InvalidDataException">A damaged PNG, one of another size than the picture, or a pixel whose number is no segment's.</exception>
    public LabelMask ReadIds(string folder, PanopticAnnotation annotation)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        var path = Path.Combine(folder, annotation.FileName);
        var ids = PanopticIds.Of(PngFile.Read(path), path);
        var image = Images.First(i => i.Id == annotation.ImageId);
        if (ids.Height != image.Height || ids.Width != image.Width)
            throw new InvalidDataException($"{path}: wanted {image.Height} x {image.Width}, as the picture, got {ids.Height} x {ids.Width}.");
        var known = annotation.Segments.Select(segment => segment.Id).Append(0).ToHashSet();
        return ids.Require(path, known.Contains, $"a segment of {name}, or 0");
    }

    private InvalidDataException Wrong(string reason) => new($"{name}: {reason}.");

    private sealed record Parts
    {
        [JsonPropertyName("images")]
        public required CocoImage[] Images { get; init; }

        [JsonPropertyName("annotations")]
        public required PanopticAnnotation[] Annotations { get; init; }

        [JsonPropertyName("categories")]
        public required CocoCategory[] Categories { get; init; }
    }
}

/// <summary>Segments' numbers as colours: red + 256 green + 65536 blue.</summary>
public static class PanopticIds
{
    /// <summary>The numbers of an RGB picture.</summary>
    /// <param name="image">8 bits a sample.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">Another kind of PNG.</exception>
    public static LabelMask Of(PngImage image, string name)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Color is not (PngColor.Rgb or PngColor.Rgba) || image.BitDepth != 8)
            throw new InvalidDataException($"{name}: wanted segments' numbers as RGB of 8 bits, got {image.Color} of {image.BitDepth}.");
        var ids = new int[image.Height * image.Width];
        for (var i = 0; i < ids.Length; i++)
        {
            var (r, g, b) = image.ColorAt(i);
            ids[i] = r | (g << 8) | (b << 16);
        }
        return new(image.Height, image.Width, ids);
    }

    /// <summary>The RGB picture of numbers.</summary>
    /// <exception cref="ArgumentException">A number outside of 0 to 2^24 - 1.</exception>
    public static PngImage ToImage(LabelMask ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var samples = new ushort[3 * ids.Array.Length];
        for (var i = 0; i < ids.Array.Length; i++)
        {
            var id = ids.Array[i];
            if (id is < 0 or > 0xFFFFFF)
                throw new ArgumentException($"ids must be in 0..{0xFFFFFF}, got {id}.", nameof(ids));
            (samples[3 * i], samples[(3 * i) + 1], samples[(3 * i) + 2]) = ((ushort)(id & 0xFF), (ushort)((id >> 8) & 0xFF), (ushort)(id >> 16));
        }
        return new(ids.Width, ids.Height, PngColor.Rgb, samples);
    }
}
