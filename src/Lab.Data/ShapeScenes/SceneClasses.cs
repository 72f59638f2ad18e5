namespace Lab.Data.ShapeScenes;

/// <summary>What can be seen in a scene: five shapes that can be counted, and two regions that cannot.</summary>
public static class SceneClasses
{
    /// <summary>The label of pixels that belong to no class: edges, where a pixel is of two things at once.</summary>
    public const int Void = 255;

    /// <summary>The classes of label maps: 0 is the background, 1 to 5 are the shapes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["background", "circle", "square", "triangle", "star", "ring"];

    /// <summary>The number of classes of label maps, background included.</summary>
    public static int Count => Names.Count;

    /// <summary>The categories of panoptic maps: 0 is nothing, 1 to 5 are the shapes, 6 and 7 the two parts of the background.</summary>
    public static IReadOnlyList<string> PanopticNames { get; } = ["nothing", "circle", "square", "triangle", "star", "ring", "sky", "ground"];

    /// <summary>The panoptic category of the sky.</summary>
    public const int Sky = 6;

    /// <summary>The panoptic category of the ground.</summary>
    public const int Ground = 7;

    /// <summary>The keypoints of each class, in the order of the files; none for shapes without corners.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Keypoints { get; } =
    [
        [],
        [],
        ["top left", "top right", "bottom right", "bottom left"],
        ["top", "bottom right", "bottom left"],
        ["top", "right", "bottom right", "bottom left", "left"],
        [],
    ];

    /// <summary>Which keypoint of each class takes the place of which in a mirror image: left and right change places.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Mirrored { get; } = [[], [], [1, 0, 3, 2], [0, 2, 1], [0, 4, 3, 2, 1], []];
}
