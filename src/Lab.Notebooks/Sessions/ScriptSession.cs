using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// A C# session: cells run one after another and share variables, types and usings, as in a notebook. It knows nothing of
/// notebook files or consoles; what cells give out is handed over event by event, in the order it happened.
/// </summary>
/// <remarks>
/// Cells start on one thread of the session's own. A cell that throws leaves what it had done; the next one goes on from there.
/// Code that loops for ever cannot be stopped inside a process: cancelling gives the caller control back and mutes the cell,
/// whoever must stop it runs the session in a child process (<see cref="Running.NotebookRunner"/>).
/// </remarks>
public sealed class ScriptSession : IDisposable
{
    private readonly ScriptSessionOptions options;
    private readonly ScriptEngine engine;
    private readonly SemaphoreSlim turn = new(1, 1);
    private SessionThread thread = new();

    /// <param name="options">The base folder, imports and limits; the defaults where null.</param>
    public ScriptSession(ScriptSessionOptions? options = null)
    {
        this.options = options ?? new();
        engine = new(this.options);
    }

    /// <summary>Runs one cell, after those that were given before.</summary>
    /// <param name="code">The cell's text.</param>
    /// <param name="name">What errors call the cell, such as <c>cell 3</c>.</param>
    /// <param name="onEvent">Takes what the cell gives out; called by one thread at a time, never after the task has ended.</param>
    /// <param name="cancel">Gives up on the cell, see the remarks.</param>
    /// <returns>How the cell ended. The user's own errors are values, never exceptions.</returns>
    public async Task<CellResult> RunAsync(
        string code, string name, Action<SessionEvent> onEvent, CancellationToken cancel = default)
    {
        await turn.WaitAsync(CancellationToken.None);
        var run = new CellRun(onEvent, options.Limits);
        try
        {
            ConsoleRouter.Install();
            var running = thread.Run(() => RunHereAsync(run, code, name, cancel));
            var result = await running.WaitAsync(cancel);
            run.Close();
            return result;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            run.Close();
            thread.Dispose();
            thread = new();
            return new(new CellError(CellErrorKind.Canceled, "Canceled", $"{name} was stopped.", [], []));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends the session's thread once its running cell has ended.</summary>
    public void Dispose()
    {
        thread.Dispose();
        turn.Dispose();
    }

    private async Task<CellResult> RunHereAsync(CellRun run, string code, string name, CancellationToken cancel)
    {
        CellRun.Current = run;
        try
        {
            var (value, hasValue) = await engine.RunCellAsync(code, name, cancel);
            if (hasValue)
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
