using Lab.Data.Masks;

namespace Lab.Data;

/// <summary>An object of a scene, as far as it can be seen.</summary>
/// <param name="Class">Its label, 1 to 5.</param>
/// <param name="Box">The box around what is seen of it.</param>
/// <param name="Depth">Distance in metres: of two that overlap, the nearer one is in front.</param>
/// <param name="Crowd">A group that is not taken apart; metrics leave it out.</param>
/// <param name="Keypoints">Its corners, in the order of <see cref="ShapeScenes.SceneClasses.Keypoints"/>; none for round shapes.</param>
/// <param name="Mask">The pixels seen of it.</param>
public sealed record SceneObject(
    int Class, PixelBox Box, double Depth, bool Crowd, IReadOnlyList<Keypoint> Keypoints, RunLengths Mask)
{
    /// <summary>The name of its class.</summary>
    public string Name => ShapeScenes.SceneClasses.Names[Class];
}
