using System.Text.Json.Nodes;
using Lab.Kernel.Worker;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Requests;

/// <summary>The session was restarted under a running cell.</summary>
internal sealed class SessionRestartedException() : Exception("The session was restarted, and its variables are lost: run the cells from the top.");

/// <summary>The session, in a process of its own that is replaced when nothing else stops a cell.</summary>
internal sealed class SessionHost(WorkerCommand command, string folder, Action<string> log) : IDisposable
{
    /// <summary>How long a cell may take to stop before its user is told that it does not.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private SessionProcess process = new(command, folder, log);
    private Cell? current;
    private int count;
    private volatile bool ended;

    /// <summary>Runs a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="onBegin">Called first: from then on the cell can be interrupted.</param>
    /// <param name="onEvent">Takes what it gives out, in order.</param>
    /// <param name="onWantsLine">Asks the user for a line, which <see cref="Type"/> brings.</param>
    /// <returns>Why it failed, or null.</returns>
    /// <exception cref="SessionRestartedException">It was interrupted twice.</exception>
    /// <exception cref="WorkerDiedException">It took its process down.</exception>
    public Task<CellError?> RunAsync(RunCell cell, Action onBegin, Action<SessionEvent> onEvent, Action onWantsLine) =>
        WatchedAsync(onEvent, number =>
        {
            onBegin();
            return process.RunAsync(cell with { Number = number }, onEvent, onWantsLine);
        });

    /// <summary>The value of an expression, or why there is none.</summary>
    /// <exception cref="SessionRestartedException">It was interrupted twice.</exception>
    /// <exception cref="WorkerDiedException">It took its process down.</exception>
    public Task<(MimeBundle? Data, CellError? Error)> EvaluateAsync(string expression) =>
        WatchedAsync(_ => { }, number => process.EvaluateAsync(new(expression, number)));

    /// <summary>The language service's answer.</summary>
    /// <exception cref="WorkerDiedException">The process has ended.</exception>
    public Task<JsonObject> AskAsync(Ask question) => UnlessEndedAsync(() => process.AskAsync(question));

    /// <summary>Gives the waiting cell a line.</summary>
    public void Type(string text) => process.Type(text);

    /// <summary>Stops the running cell; where it could not be stopped before, replaces the session.</summary>
    public void Interrupt()
    {
        lock (gate)
        {
            if (current is not { } cell)
                return;
            if (cell.IsStuck)
            {
                log("interrupted again: the session is restarted.");
                cell.IsRestarted = true;
                process.Kill();
                return;
            }
            process.Interrupt(cell.Number);
            if (!cell.IsInterrupted)
                _ = TellWhenStuckAsync(cell);
            cell.IsInterrupted = true;
        }
    }

    /// <summary>Ends the session at once, whatever it does; who waits for it is told by an <see cref="OperationCanceledException"/>.</summary>
    public void Dispose()
    {
        lock (gate)
            ended = true;
        process.Kill();
        process.Dispose();
    }

    private async Task<T> WatchedAsync<T>(Action<SessionEvent> onEvent, Func<int, Task<T>> run)
    {
        var cell = new Cell(++count, onEvent);
        lock (gate)
            current = cell;
        try
        {
            return await UnlessEndedAsync(() => run(cell.Number));
        }
        catch (WorkerDiedException) when (cell.IsRestarted)
        {
            process.Dispose();
            lock (gate)
            {
                if (ended)
                    throw new OperationCanceledException("The kernel is shut down.");
                process = new(command, folder, log);
            }
            throw new SessionRestartedException();
        }
        finally
        {
            lock (gate)
                current = null;
        }
    }

    /// <summary>A process that died since it was to is no news.</summary>
    private async Task<T> UnlessEndedAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (WorkerDiedException) when (ended)
        {
            throw new OperationCanceledException("The kernel is shut down.");
        }
    }

    private async Task TellWhenStuckAsync(Cell cell)
    {
        await Task.Delay(patience);
        lock (gate)
        {
            if (current != cell)
                return;
            cell.IsStuck = true;
            log("the running cell does not stop: it is in native code, or in a library's.");
            cell.OnEvent(new StreamEvent(StreamEvent.Stderr,
                "\nThe cell does not stop yet: it is in native code (LibTorch), or in a library's, and stops when that returns.\n"
                + "Interrupt once more to restart the session; its variables are then lost.\n"));
        }
    }

    private sealed class Cell(int number, Action<SessionEvent> onEvent)
    {
        public int Number => number;

        public Action<SessionEvent> OnEvent => onEvent;

        public bool IsInterrupted { get; set; }

        public bool IsStuck { get; set; }

        public bool IsRestarted { get; set; }
    }
}
