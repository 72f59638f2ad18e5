using System.Collections.Concurrent;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// The one thread on which a session's cells start: TorchSharp's dispose scopes and LibTorch's gradient mode belong to a
/// thread, and must not change hands between two cells.
/// </summary>
internal sealed class SessionThread : IDisposable
{
    private const int StackBytes = 16 * 1024 * 1024;

    [ThreadStatic]
    private static bool isCurrent;

    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;
    private volatile bool awaits;
    private volatile bool works;
    private volatile bool woken;

    public SessionThread()
    {
        thread = new(Loop, StackBytes) { IsBackground = true, Name = "notebook" };
        thread.Start();
    }

    /// <summary>Whether this code runs on a session's thread.</summary>
    public static bool IsCurrent => isCurrent;

    /// <summary>Whether the work has come to an <c>await</c>, and goes on elsewhere.</summary>
    public bool Awaits => awaits;

    /// <summary>Ends a sleep, or a wait for a lock or a task, that the work is in; nothing where it is in none.</summary>
    public void Wake()
    {
        if (works && !awaits && thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
        {
            woken = true;
            thread.Interrupt();
        }
    }

    /// <summary>Runs the work on the thread, after all work given before.</summary>
    public Task<T> Run<T>(Func<Task<T>> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                works = true;
                var running = start();
                awaits = !running.IsCompleted;
                done.SetResult(running.GetAwaiter().GetResult());
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
            finally
            {
                works = awaits = false;
                if (woken)
                    Forget();
            }
        });
        return done.Task;
    }

    public void Dispose() => work.CompleteAdding();

    /// <summary>Uses up a wake-up that came too late for the wait it was for.</summary>
    private void Forget()
    {
        woken = false;
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
        }
    }

    private void Loop()
    {
        isCurrent = true;
        while (true)
        {
            try
            {
                foreach (var action in work.GetConsumingEnumerable())
                    action();
                return;
            }
            catch (ThreadInterruptedException)
            {
                // A wake-up that came when the work had just ended.
            }
        }
    }
}
