using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>The last calls of one layer, in a ring.</summary>
internal sealed class LayerTape(int capacity, Device? device)
{
    private readonly Queue<RecordedOutput> ring = new(capacity);
    private Exception? problem;
    private long calls;

    /// <summary>Takes the hook off the layer.</summary>
    public Action Unhook { get; set; } = static () => { };

    public IReadOnlyList<RecordedOutput> Records => problem is null ? [.. ring] : throw new InvalidOperationException(
        $"A gradient could not be recorded: {problem.Message}", problem);

    public RecordedOutput Add(Tensor output)
    {
        if (ring.Count == capacity)
            ring.Dequeue().Free();
        var record = new RecordedOutput(calls++, Copy(output));
        ring.Enqueue(record);
        return record;
    }

    /// <summary>Called from within a backward pass, where an exception would end the process: it is shown on reading.</summary>
    public void Complete(RecordedOutput record, Tensor gradient)
    {
        if (record.Freed)
            return;
        try
        {
            record.Complete(Copy(gradient));
        }
#pragma warning disable CA1031 // Thrown on reading instead.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            problem ??= failure;
        }
    }

    public void Clear()
    {
        problem = null;
        while (ring.TryDequeue(out var record))
            record.Free();
    }

    public void Close()
    {
        Unhook();
        Clear();
    }

    /// <summary>A copy that no scope frees and that holds no graph.</summary>
    private Tensor Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var detached = tensor.detach();
        return (device is null ? detached.clone() : detached.to(device, copy: true)).DetachFromDisposeScope();
    }
}
