using System.Collections.Concurrent;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// The one thread on which a session's cells start: TorchSharp's dispose scopes and LibTorch's gradient mode belong to a
/// thread, and must not change hands between two cells.
/// </summary>
internal sealed class SessionThread : IDisposable
{
    private const int StackBytes = 16 * 1024 * 1024;

    private readonly BlockingCollection<Action> work = [];

    public SessionThread()
    {
        var thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = "notebook" };
        thread.Start();
    }

    /// <summary>Runs the work on the thread, after all work given before.</summary>
    public Task<T> Run<T>(Func<Task<T>> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(start().GetAwaiter().GetResult());
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        });
        return done.Task;
    }

    public void Dispose() => work.CompleteAdding();

    private void Loop()
    {
        foreach (var action in work.GetConsumingEnumerable())
            action();
    }
}
