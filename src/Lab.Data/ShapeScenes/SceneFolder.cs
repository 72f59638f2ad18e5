namespace Lab.Data.ShapeScenes;

/// <summary>Where things lie in a folder of scenes: VOC's and COCO's own names.</summary>
internal static class SceneFolder
{
    public const string Depths = "Depth";

    /// <summary>Depths are in 1/256 metre, as KITTI's.</summary>
    public const double DepthUnit = 256;

    public static string Instances(string split) => $"annotations/instances_{split}.json";

    public static string Keypoints(string split) => $"annotations/keypoints_{split}.json";

    public static string Panoptic(string split) => $"annotations/panoptic_{split}.json";

    public static string PanopticFolder(string split) => $"panoptic_{split}";
}
