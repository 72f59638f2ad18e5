using Lab.Data.Coco;
using Lab.Data.Images;
using Lab.Data.Masks;
using Lab.Data.Sets;

namespace Lab.Data.ShapeScenes;

/// <summary>COCO's records of painted scenes: objects, keypoints, panoptic segments.</summary>
internal static class SceneRecords
{
    private static readonly CocoCategory[] things =
        [.. Enumerable.Range(1, SceneClasses.Count - 1).Select(c => new CocoCategory { Id = c, Name = SceneClasses.Names[c], Supercategory = "shape" })];

    private static readonly CocoCategory[] cornered = [.. things.Where(c => SceneClasses.Keypoints[c.Id].Count > 0).Select(c => c with
    {
        Keypoints = SceneClasses.Keypoints[c.Id],
        Skeleton = [.. Enumerable.Range(1, SceneClasses.Keypoints[c.Id].Count).Select(k => new[] { k, k % SceneClasses.Keypoints[c.Id].Count + 1 })],
    })];

    private static readonly CocoCategory[] panoptic =
    [
        .. things.Select(c => c with { IsThing = 1 }),
        .. new[] { SceneClasses.Sky, SceneClasses.Ground }.Select(c =>
            new CocoCategory { Id = c, Name = SceneClasses.PanopticNames[c], Supercategory = "background", IsThing = 0 }),
    ];

    /// <summary>The three JSON files of a split, and its panoptic PNGs.</summary>
    public static IEnumerable<MadeFile> Files(string split, PaintedScene[] scenes, int firstId)
    {
        var images = scenes.Select((scene, i) => new CocoImage
        {
            Id = firstId + i,
            FileName = $"{firstId + i:000000}.png",
            Height = scene.Height,
            Width = scene.Width,
        }).ToArray();
        var objects = new List<CocoAnnotation>();
        var segments = new List<PanopticAnnotation>();
        for (var i = 0; i < scenes.Length; i++)
        {
            objects.AddRange(Objects(scenes[i], images[i].Id));
            var (ids, found) = Segments(scenes[i]);
            segments.Add(new() { ImageId = images[i].Id, FileName = images[i].FileName, Segments = found });
            yield return DrawnScenes.Png($"{SceneFolder.PanopticFolder(split)}/{images[i].FileName}", PanopticIds.ToImage(ids));
        }
        var withKeypoints = objects.Where(o => o.Keypoints is not null);
        yield return new(SceneFolder.Instances(split), new CocoFile(images, [.. objects.Select(o => o with { Keypoints = null, KeypointCount = null })], things).Encode());
        yield return new(SceneFolder.Keypoints(split), new CocoFile(images, [.. withKeypoints], cornered).Encode());
        yield return new(SceneFolder.Panoptic(split), new PanopticFile(images, segments, panoptic).Encode());
    }

    /// <summary>The objects, nearest first; their numbers are the picture's times 100 and one more each.</summary>
    public static IEnumerable<CocoAnnotation> Objects(PaintedScene scene, long image)
    {
        for (var i = 0; i < scene.Bodies.Count; i++)
        {
            var body = scene.Bodies[i];
            var mask = scene.Owners.Select(owner => owner == i + 1).ToArray();
            var runs = RunLengths.Encode(mask, scene.Height, scene.Width);
            var points = body.Keypoints().Select(p => Seen(scene, i + 1, p.X, p.Y)).ToArray();
            yield return new()
            {
                Id = (100 * image) + i + 1,
                ImageId = image,
                CategoryId = body.Class,
                Bbox = Bbox(runs.Box()),
                Segmentation = CocoSegmentation.Of(mask, scene.Height, scene.Width, body.Crowd),
                Area = runs.Area,
                IsCrowd = body.Crowd ? 1 : 0,
                Keypoints = points.Length == 0 ? null : [.. points.SelectMany(k => new[] { k.X, k.Y, k.Visibility })],
                KeypointCount = points.Length == 0 ? null : points.Count(k => k.Labelled),
                Depth = Math.Round(body.Depth * SceneFolder.DepthUnit) / SceneFolder.DepthUnit,
            };
        }
    }

    // Hidden where another object has its pixel, not labelled outside of the picture.
    private static Keypoint Seen(PaintedScene scene, int owner, double x, double y)
    {
        (x, y) = (Math.Floor((x * 8) + 0.5) / 8, Math.Floor((y * 8) + 0.5) / 8);
        if (x < 0 || y < 0 || x >= scene.Width || y >= scene.Height)
            return Keypoint.None;
        return new(x, y, scene.Owners[((int)y * scene.Width) + (int)x] == owner ? 2 : 1);
    }

    private static (LabelMask Ids, IReadOnlyList<PanopticSegment> Segments) Segments(PaintedScene scene)
    {
        var categories = SceneLabels.Categories(scene);
        // An object's number is its own, a region's comes after them.
        var ids = scene.Owners.Select((owner, i) => owner > 0 ? owner : scene.Bodies.Count + categories[i] - SceneClasses.Sky + 1).ToArray();
        var segments = ids.Distinct().Order().Select(id =>
        {
            var mask = ids.Select(other => other == id).ToArray();
            var runs = RunLengths.Encode(mask, scene.Height, scene.Width);
            return new PanopticSegment
            {
                Id = id,
                CategoryId = categories[Array.IndexOf(ids, id)],
                IsCrowd = id <= scene.Bodies.Count && scene.Bodies[id - 1].Crowd ? 1 : 0,
                Bbox = Bbox(runs.Box()),
                Area = runs.Area,
            };
        }).ToArray();
        return (new(scene.Height, scene.Width, ids), segments);
    }

    private static double[] Bbox(PixelBox box) => [box.Left, box.Top, box.Width, box.Height];
}
