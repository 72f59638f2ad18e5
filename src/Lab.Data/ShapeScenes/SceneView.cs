using Lab.Data.Images;

namespace Lab.Data.ShapeScenes;

/// <summary>One scene, from a file or painted, before it is part of tensors.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Classes">Labels with void.</param>
/// <param name="Categories">Panoptic categories.</param>
/// <param name="Depths">In 1/256 metre, 0 where unknown.</param>
/// <param name="Objects">Nearest first.</param>
internal sealed record SceneView(
    RgbImage Image, LabelMask Classes, LabelMask Categories, ushort[] Depths, IReadOnlyList<SceneObject> Objects)
{
    /// <summary>The object of each pixel, counted from 1 in the order of the list, 0 for none.</summary>
    public int[] Instances()
    {
        var instances = new int[Image.Height * Image.Width];
        for (var i = Objects.Count; i > 0; i--)
        {
            var mask = Objects[i - 1].Mask.Decode();
            for (var p = 0; p < mask.Length; p++)
                instances[p] = mask[p] ? i : instances[p];
        }
        return instances;
    }

    /// <summary>A painted scene.</summary>
    public static SceneView Of(PaintedScene scene) => new(
        new(scene.Height, scene.Width, scene.Pixels),
        new(scene.Height, scene.Width, SceneLabels.Classes(scene)),
        new(scene.Height, scene.Width, SceneLabels.Categories(scene)),
        scene.Depths,
        [.. SceneRecords.Objects(scene, 0).Select(o => new SceneObject(
            o.CategoryId, o.Box, o.Depth!.Value, o.IsCrowd == 1, o.Points, o.Segmentation!.ToRuns(scene.Height, scene.Width)))]);
}
