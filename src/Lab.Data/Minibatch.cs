using static TorchSharp.torch;

namespace Lab.Data;

/// <summary>Some of the examples of a set, in random order.</summary>
/// <param name="Images">Inputs, <c>[B, ...]</c>.</param>
/// <param name="Labels">Their targets, <c>[B, ...]</c>.</param>
public readonly record struct Minibatch(Tensor Images, Tensor Labels)
{
    /// <summary>One epoch of minibatches in an order that the seed alone decides, each example once.</summary>
    /// <remarks>
    /// Each step of a <c>foreach</c> over them runs in its own <c>DisposeScope</c>: whatever the body makes, and the batch
    /// itself, is freed when the next step starts. Take numbers out with <c>ToSingle()</c>, or a tensor with
    /// <c>MoveToOuterDisposeScope()</c>. A list of batches, as from <c>ToList()</c>, would hold freed tensors.
    /// </remarks>
    /// <param name="images">Inputs, <c>[N, ...]</c>, any type and device.</param>
    /// <param name="labels">Targets, <c>[N, ...]</c>.</param>
    /// <param name="size">Examples in a batch, at least 1; the last batch holds what is left.</param>
    /// <param name="seed">Decides the order; give each epoch its own, such as its number.</param>
    /// <returns><c>⌈N / size⌉</c> batches, drawn as they are asked for.</returns>
    /// <exception cref="ArgumentException">Different numbers of images and labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static IEnumerable<Minibatch> Shuffled(Tensor images, Tensor labels, int size, int seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (images.shape is not [var N, ..])
            throw new ArgumentException("images must have shape [N, ...], got [].", nameof(images));
        if (labels.shape is not [var given, ..] || given != N)
        {
            throw new ArgumentException(
                $"labels must have shape [{N}, ...], as many as images, got [{string.Join(", ", labels.shape)}].", nameof(labels));
        }
        return Steps(images, labels, N, size, seed);
    }

    private static IEnumerable<Minibatch> Steps(Tensor images, Tensor labels, long count, int size, int seed)
    {
        using var order = Order(count, seed, images.device).DetachFromDisposeScope();
        for (var start = 0L; start < count; start += size)
        {
            using var scope = NewDisposeScope();
            var chosen = order.narrow(0, start, Math.Min(size, count - start));
            yield return new(images.index_select(0, chosen), labels.index_select(0, chosen));
        }
    }

    private static Tensor Order(long count, int seed, Device device)
    {
        var order = new long[count];
        for (var i = 0L; i < count; i++)
            order[i] = i;
        var random = SplitMix64.Stream((ulong)seed, 0, 0);
        random.Shuffle(order);
        return tensor(order, device: device);
    }
}
