using System.Diagnostics;
using Lab.Notebooks.Documents;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>
/// Runs notebooks from first cell to last, each in a process of its own that is killed when a cell takes too long. The
/// first cell that fails ends its notebook, as "run all" does in notebooks.
/// </summary>
/// <param name="command">How to start a worker.</param>
/// <param name="cellLimit">How long one cell may take.</param>
public sealed class NotebookRunner(WorkerCommand command, TimeSpan cellLimit)
{
    /// <summary>Runs one notebook.</summary>
    /// <param name="notebook">The notebook; it is not changed.</param>
    /// <param name="onCell">Told of every cell as soon as it has ended.</param>
    /// <param name="cancel">Kills the worker.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was triggered.</exception>
    public async Task<NotebookReport> RunAsync(
        NotebookDocument notebook, Action<CellReport>? onCell = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        var cells = new List<CellReport>();
        try
        {
            await using var worker = await WorkerProcess.StartAsync(command, folder, cancel);
            foreach (var cell in notebook.CodeCells)
            {
                var report = await RunAsync(worker, cell, cancel);
                cells.Add(report);
                onCell?.Invoke(report);
                if (report.End != CellEnd.Passed)
                    break;
            }
        }
        catch (Exception problem) when (problem is WorkerDiedException or System.ComponentModel.Win32Exception)
        {
            return new(notebook, cells, clock.Elapsed, problem.Message);
        }
        return new(notebook, cells, clock.Elapsed);
    }

    private async Task<CellReport> RunAsync(WorkerProcess worker, NotebookCell cell, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var outputs = new OutputCollector();
        CellReport Report(CellEnd end, CellError? error = null, string? reason = null) =>
            new(cell, end, outputs.ToOutputs(), clock.Elapsed, error, reason);
        try
        {
            var message = new RunCell($"cell {cell.Number}", cell.Source);
            var error = await worker.RunAsync(message, outputs.Add, cellLimit, cancel);
            return Report(error is null ? CellEnd.Passed : CellEnd.Failed, error);
        }
        catch (TimeoutException problem)
        {
            return Report(CellEnd.TimedOut, reason: problem.Message);
        }
        catch (WorkerDiedException problem)
        {
            return Report(CellEnd.Crashed, reason: problem.Message);
        }
    }
}
