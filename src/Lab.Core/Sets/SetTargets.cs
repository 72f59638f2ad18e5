using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>The objects of a batch of pictures, of which each has a number of its own: padded to one length.</summary>
public sealed record SetTargets
{
    /// <summary>Takes padded tensors.</summary>
    /// <param name="labels">The class of each object, <c>[B, M]</c>, int64, in <c>[0, K)</c>.</param>
    /// <param name="boxes">Centre, width and height, <c>[B, M, 4]</c>, floating point.</param>
    /// <param name="counts">How many objects each picture has, <c>[B]</c>, int64, from 0 to M; what stands behind them counts nowhere.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public SetTargets(Tensor labels, Tensor boxes, Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.shape is not [var B, var M])
            throw Require.BadShape(labels, "[B, M]");
        if (labels.dtype != ScalarType.Int64)
            throw new ArgumentException($"labels must be of dtype Int64, got {labels.dtype}.", nameof(labels));
        Require.FloatingPoint(boxes);
        Require.Shape(boxes, [B, M, 4]);
        Require.SameDevice(boxes, labels);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.dtype != ScalarType.Int64)
            throw new ArgumentException($"counts must be of dtype Int64, got {counts.dtype}.", nameof(counts));
        Require.Shape(counts, [B]);
        Require.SameDevice(counts, labels);
        Require.Between(counts, 0, M);
        (Labels, Boxes, Counts) = (labels, boxes, counts);
    }

    /// <summary>Takes a list of each picture's objects, and pads them. The tensors made are in the caller's scope.</summary>
    /// <param name="labels">Per picture the classes, <c>[n]</c>, int64.</param>
    /// <param name="boxes">Per picture the boxes, <c>[n, 4]</c>, floating point.</param>
    /// <exception cref="ArgumentException">Lists that are empty or of different lengths, or tensors that do not fit.</exception>
    public SetTargets(IReadOnlyList<Tensor> labels, IReadOnlyList<Tensor> boxes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(boxes);
        if (labels.Count == 0 || boxes.Count != labels.Count)
            throw new ArgumentException(
                $"boxes must be a list as long as labels, 1 or more, got {boxes.Count} for {labels.Count}.", nameof(boxes));
        for (var b = 0; b < labels.Count; b++)
        {
            if (labels[b].dtype != ScalarType.Int64 || labels[b].shape is not [var n])
                throw Require.BadShape(labels[b], "[n] and dtype Int64", nameof(labels));
            Require.FloatingPoint(boxes[b], nameof(boxes));
            Require.Shape(boxes[b], [n, 4], nameof(boxes));
            Require.SameDtype(boxes[b], boxes[0], nameof(boxes), "the first ones");
        }

        using var scope = NewDisposeScope();
        var most = labels.Max(l => l.size(0));
        Labels = stack([.. labels.Select(l => nn.functional.pad(l, [0, most - l.size(0)]))]).MoveToOuterDisposeScope();
        Boxes = stack([.. boxes.Select(x => nn.functional.pad(x, [0, 0, 0, most - x.size(0)]))]).MoveToOuterDisposeScope();
        Counts = tensor([.. labels.Select(l => l.size(0))], ScalarType.Int64, Labels.device).MoveToOuterDisposeScope();
    }

    /// <summary><c>[B, M]</c>, int64.</summary>
    public Tensor Labels { get; }

    /// <summary>Centre, width and height, <c>[B, M, 4]</c>.</summary>
    public Tensor Boxes { get; }

    /// <summary><c>[B]</c>, int64.</summary>
    public Tensor Counts { get; }

    /// <summary>Which places hold an object, <c>[B, M]</c>, made in the caller's scope.</summary>
    internal Tensor Valid() => arange(Labels.size(1), ScalarType.Int64, Labels.device) < Counts.unsqueeze(1);
}
