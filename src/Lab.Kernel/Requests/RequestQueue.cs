using Lab.Kernel.Wire;

namespace Lab.Kernel.Requests;

/// <summary>The requests of the shell channel, which are answered in order.</summary>
internal sealed class RequestQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim count = new(0);
    private readonly LinkedList<KernelMessage> waiting = [];

    public void Add(KernelMessage request)
    {
        lock (gate)
            waiting.AddLast(request);
        count.Release();
    }

    /// <summary>The next request, as soon as there is one.</summary>
    public async Task<KernelMessage> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            await count.WaitAsync(cancel);
            lock (gate)
            {
                if (waiting.First is { } first)
                {
                    waiting.RemoveFirst();
                    return first.Value;
                }
            }
        }
    }

    public void Dispose() => count.Dispose();

    /// <summary>Takes out the waiting requests of a type.</summary>
    public IReadOnlyList<KernelMessage> TakeAll(string type)
    {
        lock (gate)
        {
            List<KernelMessage> taken = [.. waiting.Where(request => request.Type == type)];
            foreach (var request in taken)
                waiting.Remove(request);
            return taken;
        }
    }
}
