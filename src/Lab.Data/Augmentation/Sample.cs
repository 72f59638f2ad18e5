using Lab.Data.Masks;
using static TorchSharp.torch;

namespace Lab.Data.Augmentation;

/// <summary>An object of a sample.</summary>
/// <param name="Class">Its label.</param>
/// <param name="Box">The box around it.</param>
/// <param name="Keypoints">Its keypoints, in the order of its class.</param>
/// <param name="Crowd">A group that is not taken apart.</param>
public sealed record SampleObject(int Class, PixelBox Box, IReadOnlyList<Keypoint> Keypoints, bool Crowd = false);

/// <summary>A picture with what is known of it; what is there moves together.</summary>
/// <param name="Image"><c>[C, H, W]</c>, floating point in 0..1.</param>
public sealed record Sample(Tensor Image)
{
    /// <summary>Classes, <c>[H, W]</c>, int64.</summary>
    public Tensor? Labels { get; init; }

    /// <summary>Objects, counted from 1 in the order of <see cref="Objects"/>, 0 for none, <c>[H, W]</c>, int64.</summary>
    public Tensor? Instances { get; init; }

    /// <summary>Distances, 0 where unknown, <c>[1, H, W]</c>, floating point.</summary>
    public Tensor? Depth { get; init; }

    /// <summary>The objects.</summary>
    public IReadOnlyList<SampleObject> Objects { get; init; } = [];

    /// <summary>Which keypoint of a class takes the place of each in a mirror image: the left corner becomes the right one. Null: all stay.</summary>
    public Func<int, IReadOnlyList<int>>? Mirrored { get; init; }

    /// <summary>Rows.</summary>
    public int Height => (int)Image.size(1);

    /// <summary>Columns.</summary>
    public int Width => (int)Image.size(2);

    /// <summary>Checks that all parts have the picture's size.</summary>
    /// <exception cref="ArgumentException">One has another; the message says which, what was wanted and what was got.</exception>
    internal void Check()
    {
        if (Image.shape is not [_, > 0 and var H, > 0 and var W] || !Image.is_floating_point())
            throw new ArgumentException($"sample.Image must be floating point [C, H, W], no side 0, got {Image.dtype} [{string.Join(", ", Image.shape)}].", "sample");
        Like(Labels, "Labels", [H, W], ScalarType.Int64);
        Like(Instances, "Instances", [H, W], ScalarType.Int64);
        Like(Depth, "Depth", [1, H, W], null);

        static void Like(Tensor? part, string name, long[] wanted, ScalarType? dtype)
        {
            if (part is not null && (!part.shape.AsSpan().SequenceEqual(wanted) || (dtype is not null && part.dtype != dtype)))
            {
                throw new ArgumentException(
                    $"sample.{name} must be {dtype?.ToString() ?? "floating point"} [{string.Join(", ", wanted)}], as the image, got {part.dtype} [{string.Join(", ", part.shape)}].",
                    "sample");
            }
        }
    }
}
