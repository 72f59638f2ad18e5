namespace Lab.Data.ShapeScenes;

/// <summary>The label maps of a painted scene.</summary>
internal static class SceneLabels
{
    /// <summary>The class of each pixel; void where an edge runs through it.</summary>
    public static int[] Classes(PaintedScene scene) =>
        [.. scene.Owners.Select((owner, i) => scene.Mixed[i] ? SceneClasses.Void : owner > 0 ? scene.Bodies[owner - 1].Class : 0)];

    /// <summary>The object of each pixel, counted from 1; void on edges and on crowds, which VOC does not have.</summary>
    public static int[] Objects(PaintedScene scene) =>
        [.. scene.Owners.Select((owner, i) => scene.Mixed[i] || (owner > 0 && scene.Bodies[owner - 1].Crowd) ? SceneClasses.Void : owner)];

    /// <summary>The panoptic category of each pixel: no void.</summary>
    public static int[] Categories(PaintedScene scene) => [.. scene.Owners.Select((owner, i) =>
        owner > 0 ? scene.Bodies[owner - 1].Class : scene.Below[i] ? SceneClasses.Ground : SceneClasses.Sky)];
}
