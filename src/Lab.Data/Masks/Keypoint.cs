namespace Lab.Data.Masks;

/// <summary>A point of an object that has a name: a corner, an elbow.</summary>
/// <param name="X">From the left, in pixels; pixel x covers x to x + 1.</param>
/// <param name="Y">From the top, in pixels.</param>
/// <param name="Visibility">COCO's number: 0 not labelled, 1 labelled but hidden, 2 visible.</param>
public readonly record struct Keypoint(double X, double Y, int Visibility)
{
    /// <summary>Not labelled: outside of the picture, or unknown.</summary>
    public static Keypoint None => default;

    /// <summary>Whether its place is known, seen or hidden.</summary>
    public bool Labelled => Visibility > 0;
}
