namespace Lab.Notebooks.Sessions;

/// <summary>What cells look at while they run, see <see cref="StopPoints"/>. Public for compiled cells alone.</summary>
public static class StopButton
{
    private static int pressed;

    /// <summary>Ends the running cell where it was asked to stop.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static void Look()
    {
        if (Volatile.Read(ref pressed) != 0)
            Obey();
    }

    /// <summary>Counts one more run that is to stop; <see cref="Release"/> takes it back.</summary>
    internal static void Press() => Interlocked.Increment(ref pressed);

    internal static void Release() => Interlocked.Decrement(ref pressed);

    // A thread that the cell made itself has nobody to catch the exception, and would take the process with it.
    private static void Obey()
    {
        if (CellRun.Current is { IsStopped: true } && (Thread.CurrentThread.IsThreadPoolThread || SessionThread.IsCurrent))
            throw new OperationCanceledException("The cell was interrupted.");
    }
}
