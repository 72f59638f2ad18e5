using Lab.Data.Images;

namespace Lab.Data.Ade;

/// <summary>A folder laid out as ADE20K's scene parsing benchmark: 150 classes of things and regions.</summary>
/// <remarks>
/// <c>images/SPLIT/NAME.jpg</c>, <c>annotations/SPLIT/NAME.png</c> with grey labels 1 to 150 and 0 for "other", and, where it was fetched too,
/// <c>annotations_instance/SPLIT/NAME.png</c> with the class in red and the object in green. Source: Zhou et al. 2017, "Scene Parsing through
/// ADE20K Dataset"; the folder is <c>ADEChallengeData2016</c>.
/// </remarks>
public sealed class AdeFolder
{
    /// <summary>The label given to "other", as in VOC.</summary>
    public const int Void = 255;

    private static readonly string[] endings = [".jpg", ".png", ".jpeg"];

    /// <summary>A folder.</summary>
    /// <param name="path">The folder that holds <c>images</c> and <c>annotations</c>.</param>
    /// <param name="classes">The number of classes; the benchmark has 150.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public AdeFolder(string path, int classes = 150)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (classes is < 1 or > 254)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Must be in 1..254.");
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"No folder {System.IO.Path.GetFullPath(path)}.");
        (Path, ClassCount) = (path, classes);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The number of classes, without "other".</summary>
    public int ClassCount { get; }

    /// <summary>The names of a split's pictures, in order.</summary>
    /// <param name="split"><c>training</c> or <c>validation</c>.</param>
    /// <exception cref="DirectoryNotFoundException">No such split.</exception>
    public IReadOnlyList<string> Split(string split)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        var folder = System.IO.Path.Combine(Path, "images", split);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"No split {folder}; wanted training or validation.");
        return [.. Directory.EnumerateFiles(folder).Where(file => endings.Contains(System.IO.Path.GetExtension(file)))
            .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A picture.</summary>
    /// <exception cref="FileNotFoundException">No such picture.</exception>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public RgbImage ReadImage(string split, string name)
    {
        var folder = System.IO.Path.Combine(Path, "images", split);
        var path = endings.Select(ending => System.IO.Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"No picture {name} in {folder}: looked for {string.Join(", ", endings.Select(e => name + e))}.");
        return ImageFile.ReadRgb(path);
    }

    /// <summary>The class of each pixel, 0 to <see cref="ClassCount"/> - 1: the file's label less 1, and <see cref="Void"/> for its 0.</summary>
    /// <param name="split"><c>training</c> or <c>validation</c>.</param>
    /// <param name="name">The picture's name.</param>
    /// <param name="like">The picture, where the mask must have its size.</param>
    /// <exception cref="FileNotFoundException">No such mask.</exception>
    /// <exception cref="InvalidDataException">A damaged file, a mask of another size than the picture, or an unknown label.</exception>
    public LabelMask ReadClasses(string split, string name, RgbImage? like = null)
    {
        var (image, path) = ReadMask("annotations", split, name, like);
        if (image.Color is not (PngColor.Grey or PngColor.Indexed) || image.BitDepth > 8)
            throw new InvalidDataException($"{path}: wanted labels as greys of 8 bits, got {image.Color} of {image.BitDepth}.");
        var labels = new LabelMask(image.Height, image.Width, [.. image.Samples.Select(s => (int)s)])
            .Require(path, label => label <= ClassCount, $"labels 0 to {ClassCount}");
        return new(image.Height, image.Width, [.. labels.Array.Select(label => label == 0 ? Void : label - 1)]);
    }

    /// <summary>The object of each pixel: 0 for none, else the file's number of it; and the class of each, 1 to 100.</summary>
    /// <param name="split"><c>training</c> or <c>validation</c>.</param>
    /// <param name="name">The picture's name.</param>
    /// <param name="like">The picture, where the mask must have its size.</param>
    /// <exception cref="FileNotFoundException">No such mask.</exception>
    /// <exception cref="InvalidDataException">A damaged file, or a mask of another size than the picture.</exception>
    public (LabelMask Objects, LabelMask Classes) ReadObjects(string split, string name, RgbImage? like = null)
    {
        var (image, path) = ReadMask("annotations_instance", split, name, like);
        if (image.Color is not (PngColor.Rgb or PngColor.Rgba) || image.BitDepth != 8)
            throw new InvalidDataException($"{path}: wanted class and object as red and green of 8 bits, got {image.Color} of {image.BitDepth}.");
        var colors = Enumerable.Range(0, image.Height * image.Width).Select(image.ColorAt).ToArray();
        return (
            new(image.Height, image.Width, [.. colors.Select(c => (int)c.G)]),
            new(image.Height, image.Width, [.. colors.Select(c => (int)c.R)]));
    }

    private (PngImage Image, string Path) ReadMask(string kind, string split, string name, RgbImage? like)
    {
        var path = System.IO.Path.Combine(Path, kind, split, $"{name}.png");
        var image = PngFile.Read(path);
        if (like is not null && (image.Height != like.Height || image.Width != like.Width))
            throw new InvalidDataException($"{path}: wanted a mask of {like.Height} x {like.Width}, as the picture, got {image.Height} x {image.Width}.");
        return (image, path);
    }
}
