using System.Text.Json.Serialization;
using Lab.Data.Masks;
using Lab.Shared;

namespace Lab.Data.Coco;

/// <summary>COCO's annotations of objects: <c>instances_*.json</c> and <c>person_keypoints_*.json</c>.</summary>
/// <remarks>Source: Lin et al. 2014, "Microsoft COCO: Common Objects in Context", and the format's page at cocodataset.org.</remarks>
public sealed class CocoFile
{
    private readonly Dictionary<long, CocoImage> images;
    private readonly Dictionary<int, CocoCategory> categories;
    private readonly ILookup<long, CocoAnnotation> objects;
    private readonly string name;

    /// <summary>Puts pictures, objects and categories together, and checks that they fit.</summary>
    /// <param name="images">Pictures.</param>
    /// <param name="annotations">Objects.</param>
    /// <param name="categories">Classes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">An object of an unknown picture or category, a box without four numbers, keypoints that are
    /// not as many as the category's, a number that comes twice.</exception>
    public CocoFile(
        IReadOnlyList<CocoImage> images, IReadOnlyList<CocoAnnotation> annotations, IReadOnlyList<CocoCategory> categories, string name = "COCO")
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(annotations);
        ArgumentNullException.ThrowIfNull(categories);
        (Images, Annotations, Categories, this.name) = (images, annotations, categories, name);
        this.images = Index(images, image => image.Id, "images");
        this.categories = Index(categories, category => category.Id, "categories");
        foreach (var image in images)
        {
            if (image.Height <= 0 || image.Width <= 0)
                throw Wrong($"image {image.Id} has {image.Height} x {image.Width} pixels");
        }
        foreach (var annotation in annotations)
            Check(annotation);
        objects = annotations.ToLookup(annotation => annotation.ImageId);
    }

    /// <summary>The pictures, in the order of the file.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>All objects, in the order of the file.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations { get; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Broken JSON, a field that is missing, or parts that do not fit; the message names the file,
    /// the place, what was wanted and what was got.</exception>
    public static CocoFile Read(string path)
    {
        var parts = CocoJson.Read<Parts>(path);
        return new(parts.Images, parts.Annotations, parts.Categories, path);
    }

    /// <summary>Writes a file: beside it first, then in its place. The same content gives the same bytes everywhere.</summary>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encode());
    }

    /// <summary>The bytes of a file.</summary>
    public byte[] Encode() => CocoJson.Encode(("images", Images), ("annotations", Annotations), ("categories", Categories));

    /// <summary>A picture by its number.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public CocoImage Image(long id) =>
        images.TryGetValue(id, out var image) ? image : throw new KeyNotFoundException($"{name}: no image {id} among {images.Count}.");

    /// <summary>A class by its number.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public CocoCategory Category(int id) => categories.TryGetValue(id, out var category)
        ? category
        : throw new KeyNotFoundException($"{name}: no category {id} among {string.Join(", ", categories.Keys.Order())}.");

    /// <summary>The objects of a picture, in the order of the file; none where it has none.</summary>
    public IEnumerable<CocoAnnotation> Of(long image) => objects[image];

    /// <summary>The pixels of an object.</summary>
    /// <exception cref="InvalidDataException">No mask, or one that is wrong.</exception>
    public RunLengths Mask(CocoAnnotation annotation)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        var image = Image(annotation.ImageId);
        if (annotation.Segmentation is null)
            throw Wrong($"annotation {annotation.Id} has no segmentation");
        try
        {
            return annotation.Segmentation.ToRuns(image.Height, image.Width);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidDataException($"{name}: annotation {annotation.Id}: {wrong.Message}", wrong);
        }
    }

    private void Check(CocoAnnotation annotation)
    {
        if (!images.ContainsKey(annotation.ImageId))
            throw Wrong($"annotation {annotation.Id} is of image {annotation.ImageId}, which is not among the {images.Count} images");
        if (!categories.TryGetValue(annotation.CategoryId, out var category))
            throw Wrong($"annotation {annotation.Id} has category {annotation.CategoryId}, wanted one of {string.Join(", ", categories.Keys.Order())}");
        if (annotation.Bbox.Count != 4 || annotation.Bbox.Any(side => !double.IsFinite(side)) || annotation.Bbox[2] < 0 || annotation.Bbox[3] < 0)
            throw Wrong($"annotation {annotation.Id} wanted a bbox of left, top, width, height, got [{string.Join(", ", annotation.Bbox)}]");
        if (annotation.Keypoints is not { } points)
            return;
        var wanted = category.Keypoints is { } named ? 3 * named.Count : points.Count;
        if (points.Count % 3 != 0 || points.Count != wanted)
            throw Wrong($"annotation {annotation.Id} wanted {wanted / 3} keypoints of 3 numbers, those of {category.Name}, got {points.Count} numbers");
    }

    private Dictionary<TKey, T> Index<TKey, T>(IReadOnlyList<T> items, Func<T, TKey> key, string what)
        where TKey : notnull
    {
        var index = new Dictionary<TKey, T>();
        foreach (var item in items)
        {
            if (!index.TryAdd(key(item), item))
                throw Wrong($"id {key(item)} comes twice in {what}");
        }
        return index;
    }

    private InvalidDataException Wrong(string reason) => new($"{name}: {reason}.");

    private sealed record Parts
    {
        [JsonPropertyName("images")]
        public required CocoImage[] Images { get; init; }

        [JsonPropertyName("annotations")]
        public required CocoAnnotation[] Annotations { get; init; }

        [JsonPropertyName("categories")]
        public required CocoCategory[] Categories { get; init; }
    }
}
