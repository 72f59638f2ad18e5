using Lab.Notebooks.Documents;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>How a cell's run ended.</summary>
public enum CellEnd
{
    /// <summary>It ran through.</summary>
    Passed,

    /// <summary>It does not compile, or it threw.</summary>
    Failed,

    /// <summary>It did not end within the limit, and was stopped.</summary>
    TimedOut,

    /// <summary>It took the process down.</summary>
    Crashed,
}

/// <summary>One cell's run.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="End">How it ended.</param>
/// <param name="Outputs">What it gave out, in order; also what came before a failure.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Error">Where and why it failed; only for <see cref="CellEnd.Failed"/>.</param>
/// <param name="Reason">Why it was stopped or how the process ended; for the two last ends.</param>
public sealed record CellReport(
    NotebookCell Cell, CellEnd End, IReadOnlyList<CellOutput> Outputs, TimeSpan Elapsed, CellError? Error = null, string? Reason = null)
{
    /// <summary>The name of the cell in errors.</summary>
    public string Name => $"cell {Cell.Number}";

    /// <summary>The failure in lines for people; empty for a cell that passed.</summary>
    public IEnumerable<string> Problem => Error?.Lines() ?? Reason?.Split('\n') ?? [];
}

/// <summary>One notebook's run.</summary>
/// <param name="Notebook">The notebook.</param>
/// <param name="Cells">The code cells that ran, in order; the last one may have failed.</param>
/// <param name="Elapsed">How long the run took, the process's start included.</param>
/// <param name="StartProblem">Why no cell could run at all, or null.</param>
public sealed record NotebookReport(
    NotebookDocument Notebook, IReadOnlyList<CellReport> Cells, TimeSpan Elapsed, string? StartProblem = null)
{
    /// <summary>The cell that failed, or null.</summary>
    public CellReport? Failure => Cells.FirstOrDefault(cell => cell.End != CellEnd.Passed);

    /// <summary>Whether every cell ran through.</summary>
    public bool Succeeded => StartProblem is null && Failure is null;
}
