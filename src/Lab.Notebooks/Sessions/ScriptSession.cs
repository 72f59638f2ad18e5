using Lab.Notebooks.Displays;
using Lab.Plots;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// A C# session: cells run one after another and share variables, types and usings, as in a notebook. It knows nothing of
/// notebook files or consoles; what cells give out is handed over event by event, in the order it happened.
/// </summary>
/// <remarks>
/// Cells start on one thread of the session's own. A cell that throws leaves what it had done; the next one goes on from there.
/// Cancelling gives the caller control back and mutes the cell; where the session is interruptible, it stops the cell at
/// its next loop, call, sleep or wait, and gives control back then. Native code, and libraries that compute for long,
/// cannot be stopped inside a process: whoever must stop them runs the session in a child process.
/// </remarks>
public sealed class ScriptSession : IDisposable
{
    /// <summary>How long a cell that awaits may take to notice that it is to stop; one that awaits for ever never does.</summary>
    private static readonly TimeSpan longestAwait = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(10);

    private readonly ScriptSessionOptions options;
    private readonly ScriptEngine engine;
    private readonly SemaphoreSlim turn = new(1, 1);
    private SessionThread thread = new();

    /// <param name="options">The base folder, imports and limits; the defaults where null.</param>
    public ScriptSession(ScriptSessionOptions? options = null)
    {
        this.options = options ?? new();
        engine = new(this.options);
        Progress.Display ??= ShowProgress;
    }

    /// <summary>What has run so far: what a language service must know to understand the next cell.</summary>
    internal IReadOnlyList<Submission> Submissions => engine.Submissions;

    /// <summary>Runs one cell, after those that were given before.</summary>
    /// <param name="code">The cell's text.</param>
    /// <param name="name">What errors call the cell, such as <c>cell 3</c>.</param>
    /// <param name="onEvent">Takes what the cell gives out; called by one thread at a time, never after the task has ended.</param>
    /// <param name="cancel">Stops the cell, or gives up on it, see the remarks.</param>
    /// <returns>How the cell ended. The user's own errors are values, never exceptions.</returns>
    public Task<CellResult> RunAsync(
        string code, string name, Action<SessionEvent> onEvent, CancellationToken cancel = default) =>
        RunAsync(name, onEvent, () => engine.RunCellAsync(code, name, cancel), cancel);

    /// <summary>The value of an expression after the last cell; what it prints is dropped, what it declares is not kept.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="cancel">Stops it, see the remarks.</param>
    /// <returns>The value in every form, or why there is none.</returns>
    public async Task<(MimeBundle? Data, CellError? Error)> EvaluateAsync(string expression, CancellationToken cancel = default)
    {
        MimeBundle? data = null;
        var result = await RunAsync(
            "expression", happened => data = (happened as ResultEvent)?.Data ?? data,
            () => engine.EvaluateAsync(expression, cancel), cancel);
        return result.Succeeded ? (data ?? MimeBundle.OfText(""), null) : (null, result.Error);
    }

    /// <summary>Ends the session's thread once its running cell has ended.</summary>
    public void Dispose()
    {
        thread.Dispose();
        turn.Dispose();
    }

    private async Task<CellResult> RunAsync(
        string name, Action<SessionEvent> onEvent, Func<Task<(object? Value, bool HasValue)>> start, CancellationToken cancel)
    {
        await turn.WaitAsync(CancellationToken.None);
        var run = new CellRun(onEvent, options.Limits, options.ReadLine is { } ask ? () => ask(cancel) : null);
        try
        {
            ConsoleRouter.Install();
            var running = thread.Run(() => RunHereAsync(run, start, cancel));
            try
            {
                return await running.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                var result = options.Interruptible ? await StopAsync(run, running) : null;
                if (result is { Succeeded: true })
                    return result;                                            // it had just ended
                run.Close();
                if (result is null)
                {
                    thread.Dispose();
                    thread = new();
                }
                return new(new CellError(CellErrorKind.Canceled, "Interrupted", $"{name} was stopped.", result?.Error?.Places ?? [], []));
            }
        }
        finally
        {
            run.Close();
            turn.Release();
        }
    }

    /// <summary>Stops a cell, as long as that takes.</summary>
    /// <returns>How it ended; null where it awaits something that does not come.</returns>
    private async Task<CellResult?> StopAsync(CellRun run, Task<CellResult> running)
    {
        run.Stop();
        StopButton.Press();
        var awaited = TimeSpan.Zero;
        while (!running.IsCompleted)
        {
            if (thread.Awaits && (awaited += pollInterval) > longestAwait)
                return null;                                                  // the button stays pressed, for when it comes back
            if (run.HasBegun)
                thread.Wake();
            await Task.WhenAny(running, Task.Delay(pollInterval));
        }
        StopButton.Release();
        return running.IsCompletedSuccessfully
            ? await running
            : new(new CellError(CellErrorKind.Canceled, "Interrupted", "", [], []));   // while it was compiled
    }

    private static Action<ProgressBar>? ShowProgress(ProgressBar bar)
    {
        if (CellRun.Current is null)
            return null;
        var shown = bar.Display();
        return next => shown.Update(next);
    }

    private async Task<CellResult> RunHereAsync(
        CellRun run, Func<Task<(object? Value, bool HasValue)>> start, CancellationToken cancel)
    {
        CellRun.Current = run;
        try
        {
            var (value, hasValue) = await start();
            if (hasValue && value is not DisplayedValue)                      // which has shown itself
                run.Emit(new ResultEvent(Bundles.Of(value)));
            return new((CellError?)null);
        }
        catch (CellFailure failure)
        {
            return new(failure.Error);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // A value's own formatter or ToString threw.
            return new(engine.Describe(problem));
        }
        finally
        {
            CellRun.Current = null;
        }
    }
}
