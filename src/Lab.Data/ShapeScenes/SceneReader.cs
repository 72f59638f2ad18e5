using Lab.Data.Coco;
using Lab.Data.Images;
using Lab.Data.Voc;

namespace Lab.Data.ShapeScenes;

/// <summary>Reads a folder of scenes through the readers of VOC and COCO.</summary>
internal sealed class SceneReader
{
    private readonly string root;
    private readonly VocFolder voc;
    private readonly CocoFile objects;
    private readonly PanopticFile panoptic;
    private readonly string panopticFolder;
    private readonly Dictionary<long, CocoAnnotation> corners;
    private readonly Dictionary<string, long> ids;
    private readonly IReadOnlyList<string> names;

    public SceneReader(string root, string split)
    {
        this.root = root;
        voc = new(root, SceneClasses.Count);
        names = voc.Split(split);
        objects = CocoFile.Read(Path.Combine(root, SceneFolder.Instances(split)));
        panoptic = PanopticFile.Read(Path.Combine(root, SceneFolder.Panoptic(split)));
        panopticFolder = Path.Combine(root, SceneFolder.PanopticFolder(split));
        corners = CocoFile.Read(Path.Combine(root, SceneFolder.Keypoints(split))).Annotations.ToDictionary(a => a.Id);
        ids = objects.Images.ToDictionary(image => Path.GetFileNameWithoutExtension(image.FileName), image => image.Id);
    }

    /// <summary>The scenes, in the order of the split; all have the size of the first.</summary>
    public SceneView[] Read()
    {
        var scenes = new SceneView[names.Count];
        Parallel.For(0, names.Count, i => scenes[i] = ReadOne(names[i]));
        var first = scenes[0].Image;
        for (var i = 0; i < scenes.Length; i++)
        {
            var image = scenes[i].Image;
            if (image.Height != first.Height || image.Width != first.Width)
            {
                throw new InvalidDataException(
                    $"{voc.ImagePath(names[i])}: wanted {first.Height} x {first.Width} pixels, as {names[0]}, got {image.Height} x {image.Width}.");
            }
        }
        return scenes;
    }

    private SceneView ReadOne(string name)
    {
        var image = voc.ReadImage(name);
        if (!ids.TryGetValue(name, out var id))
            throw new InvalidDataException($"{root}: the split has {name}, its annotations have no such image.");
        return new(image, voc.ReadClasses(name, image), ReadCategories(id), ReadDepths(name, image), [.. objects.Of(id).Select(ToObject)]);
    }

    private SceneObject ToObject(CocoAnnotation annotation) => new(
        annotation.CategoryId, annotation.Box, annotation.Depth ?? 0, annotation.IsCrowd == 1,
        corners.TryGetValue(annotation.Id, out var cornered) ? cornered.Points : [], objects.Mask(annotation));

    private LabelMask ReadCategories(long id)
    {
        var annotation = panoptic.Of(id);
        var segments = panoptic.ReadIds(panopticFolder, annotation);
        var categories = annotation.Segments.ToDictionary(segment => segment.Id, segment => segment.CategoryId);
        return new(segments.Height, segments.Width, [.. segments.Array.Select(s => categories.GetValueOrDefault(s))]);
    }

    private ushort[] ReadDepths(string name, RgbImage image)
    {
        var path = Path.Combine(root, SceneFolder.Depths, $"{name}.png");
        var depths = PngFile.Read(path);
        if (depths.Color != PngColor.Grey || depths.BitDepth != 16)
            throw new InvalidDataException($"{path}: wanted depths as greys of 16 bits, got {depths.Color} of {depths.BitDepth}.");
        return depths.Height == image.Height && depths.Width == image.Width
            ? depths.Samples
            : throw new InvalidDataException(
                $"{path}: wanted {image.Height} x {image.Width}, as the picture, got {depths.Height} x {depths.Width}.");
    }
}
