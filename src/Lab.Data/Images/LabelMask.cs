using static TorchSharp.torch;

namespace Lab.Data.Images;

/// <summary>A whole number for every pixel: its class, or its object.</summary>
public sealed class LabelMask
{
    /// <summary>Wraps labels, without copying them.</summary>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="labels">Row by row, <c>[H, W]</c>.</param>
    /// <exception cref="ArgumentException">Another number of labels.</exception>
    public LabelMask(int height, int width, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (labels.Length != (long)height * width)
            throw new ArgumentException($"labels must hold {height} x {width} values, got {labels.Length}.", nameof(labels));
        (Height, Width, Array) = (height, width, labels);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Row by row, <c>[H, W]</c>.</summary>
    public ReadOnlyMemory<int> Labels => Array;

    internal int[] Array { get; }

    /// <summary>The labels as <c>[H, W]</c>, int64.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return tensor(Array).to(int64).reshape(Height, Width).MoveToOuterDisposeScope();
    }

    /// <summary>Where the mask has a label.</summary>
    public bool[] Where(int label) => [.. Array.Select(l => l == label)];

    internal LabelMask Require(string path, Func<int, bool> known, string wanted)
    {
        var bad = System.Array.FindIndex(Array, label => !known(label));
        return bad < 0
            ? this
            : throw new InvalidDataException($"{path}: wanted {wanted}, got {Array[bad]} at row {bad / Width}, column {bad % Width}.");
    }
}
