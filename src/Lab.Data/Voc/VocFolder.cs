using Lab.Data.Images;

namespace Lab.Data.Voc;

/// <summary>A folder laid out as Pascal VOC: pictures, masks by index, and lists of names.</summary>
/// <remarks>
/// <c>JPEGImages/NAME.jpg</c> (or <c>.png</c>), <c>SegmentationClass/NAME.png</c>, <c>SegmentationObject/NAME.png</c> and
/// <c>ImageSets/Segmentation/SPLIT.txt</c>. Masks are PNGs whose samples are the labels; copies that were saved in the palette's colours
/// are read too. Source: Everingham et al. 2010, "The Pascal Visual Object Classes Challenge".
/// </remarks>
public sealed class VocFolder
{
    /// <summary>The label of void.</summary>
    public const int Void = 255;

    private static readonly string[] endings = [".jpg", ".png", ".jpeg"];

    /// <summary>A folder.</summary>
    /// <param name="path">The folder that holds <c>JPEGImages</c>, such as <c>VOCdevkit/VOC2012</c>.</param>
    /// <param name="classes">Labels 0 to <c>classes - 1</c> are known, besides <see cref="Void"/>; VOC has 21.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public VocFolder(string path, int classes = 21)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"No folder {System.IO.Path.GetFullPath(path)}.");
        (Path, ClassCount) = (path, classes);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The number of classes, background included.</summary>
    public int ClassCount { get; }

    /// <summary>The names of VOC's 21 classes, by label.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
        "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    /// <summary>The names of a split, in the order of its file.</summary>
    /// <param name="split"><c>train</c>, <c>val</c>, <c>trainval</c>, or another file of <c>ImageSets/Segmentation</c>.</param>
    /// <exception cref="FileNotFoundException">No such split; the message lists those there are.</exception>
    /// <exception cref="InvalidDataException">An empty list, or a name that comes twice.</exception>
    public IReadOnlyList<string> Split(string split)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        var folder = System.IO.Path.Combine(Path, "ImageSets", "Segmentation");
        var path = System.IO.Path.Combine(folder, $"{split}.txt");
        if (!File.Exists(path))
        {
            string[] lists = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.txt") : [];
            var there = lists.Select(System.IO.Path.GetFileNameWithoutExtension).Order();
            throw new FileNotFoundException($"No split {path}; there are: {string.Join(", ", there)}.", path);
        }
        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Length == 0)
            throw new InvalidDataException($"{path}: wanted one name a line, got an empty file.");
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path}: the name {twice.Key} comes {twice.Count()} times.");
        return names;
    }

    /// <summary>A picture.</summary>
    /// <exception cref="FileNotFoundException">No such picture.</exception>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public RgbImage ReadImage(string name) => ImageFile.ReadRgb(ImagePath(name));

    /// <summary>The class of each pixel.</summary>
    /// <param name="name">The picture's name.</param>
    /// <param name="like">The picture, where the mask must have its size.</param>
    /// <exception cref="FileNotFoundException">No such mask.</exception>
    /// <exception cref="InvalidDataException">A damaged file, a mask of another size than the picture, or an unknown label.</exception>
    public LabelMask ReadClasses(string name, RgbImage? like = null)
    {
        var path = MaskPath("SegmentationClass", name);
        return ReadIndices(path, like).Require(path, label => label < ClassCount || label == Void, $"labels 0 to {ClassCount - 1} or {Void}");
    }

    /// <summary>The object of each pixel: 0 for none, 1, 2, ... and <see cref="Void"/>.</summary>
    /// <param name="name">The picture's name.</param>
    /// <param name="like">The picture, where the mask must have its size.</param>
    /// <exception cref="FileNotFoundException">No such mask.</exception>
    /// <exception cref="InvalidDataException">A damaged file, or a mask of another size than the picture.</exception>
    public LabelMask ReadObjects(string name, RgbImage? like = null) => ReadIndices(MaskPath("SegmentationObject", name), like);

    /// <summary>Where a picture lies.</summary>
    /// <exception cref="FileNotFoundException">It is not there; the message says which names were tried.</exception>
    public string ImagePath(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var folder = System.IO.Path.Combine(Path, "JPEGImages");
        return endings.Select(ending => System.IO.Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"No picture {name} in {folder}: looked for {string.Join(", ", endings.Select(e => name + e))}.");
    }

    private string MaskPath(string folder, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return System.IO.Path.Combine(Path, folder, $"{name}.png");
    }

    private static LabelMask ReadIndices(string path, RgbImage? like)
    {
        var image = PngFile.Read(path);
        if (like is not null && (image.Height != like.Height || image.Width != like.Width))
            throw new InvalidDataException($"{path}: wanted a mask of {like.Height} x {like.Width}, as the picture, got {image.Height} x {image.Width}.");
        return image.Color switch
        {
            PngColor.Indexed or PngColor.Grey when image.BitDepth <= 8 => new(image.Height, image.Width, [.. image.Samples.Select(s => (int)s)]),
            PngColor.Rgb or PngColor.Rgba => FromColors(image, path),
            _ => throw new InvalidDataException($"{path}: wanted a mask of indices, 8 bits or fewer, got {image.Color} with {image.BitDepth} bits."),
        };
    }

    private static LabelMask FromColors(PngImage image, string path)
    {
        var labels = new int[image.Height * image.Width];
        for (var i = 0; i < labels.Length; i++)
        {
            var (r, g, b) = image.ColorAt(i);
            labels[i] = VocPalette.Indices.TryGetValue((r << 16) | (g << 8) | b, out var index) ? index : throw new InvalidDataException(
                $"{path}: colour ({r}, {g}, {b}) at row {i / image.Width}, column {i % image.Width} is not one of VOC's palette.");
        }
        return new(image.Height, image.Width, labels);
    }
}
