using Lab.Notebooks.Checks;
using Lab.Notebooks.Documents;
using Lab.Notebooks.Running;

namespace Lab.Cli;

/// <summary>What became of one notebook.</summary>
/// <param name="Name">The notebook's name.</param>
/// <param name="CellsRun">How many cells ran through.</param>
/// <param name="Cells">How many code cells it has; 0 where it could not be read.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Passed">Whether all is well.</param>
/// <param name="Result">The result in a word or two.</param>
/// <param name="Details">What went wrong, in lines.</param>
/// <param name="Notes">What to know, though it went well.</param>
internal sealed record RunOutcome(
    string Name, int CellsRun, int Cells, TimeSpan Elapsed, bool Passed, string Result,
    IReadOnlyList<string> Details, IReadOnlyList<string> Notes);

/// <summary>Runs one notebook, and saves or checks it.</summary>
internal sealed class RunJob(NotebookRunner runner, NotebookSaver? saver, bool check)
{
    /// <summary>Runs the notebook; its own faults are outcomes, never exceptions.</summary>
    /// <param name="path">The notebook's file.</param>
    /// <param name="onCell">Told how many cells have run, and how many there are.</param>
    /// <param name="cancel">Stops the run.</param>
    public async Task<RunOutcome> RunAsync(string path, Action<int, int> onCell, CancellationToken cancel)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        try
        {
            var notebook = NotebookDocument.Load(path);
            var total = notebook.CodeCells.Count();
            var done = 0;
            onCell(done, total);
            var report = await runner.RunAsync(notebook, _ => onCell(++done, total), cancel);
            return await JudgeAsync(report, total, cancel);
        }
        catch (NotebookException problem)
        {
            return new(name, 0, 0, TimeSpan.Zero, false, "not readable", [problem.Message], []);
        }
    }

    private async Task<RunOutcome> JudgeAsync(NotebookReport report, int total, CancellationToken cancel)
    {
        var name = report.Notebook.Name;
        var ran = report.Cells.Count(cell => cell.End == CellEnd.Passed);
        RunOutcome Outcome(bool passed, string result, IEnumerable<string>? details = null, IEnumerable<string>? notes = null) =>
            new(name, ran, total, report.Elapsed, passed, result, [.. details ?? []], [.. notes ?? []]);

        var lint = check ? [.. NotebookLint.Check(report.Notebook).Select(finding => finding.ToString())] : Array.Empty<string>();
        if (report.StartProblem is { } problem)
            return Outcome(false, "did not start", [.. problem.Split('\n'), .. lint]);
        if (report.Failure is { } failure)
        {
            string[] unsaved = saver is null ? [] : ["Nothing was saved."];
            return Outcome(false, Word(failure), [.. Lines(failure), .. unsaved, .. lint]);
        }
        if (saver is not null)
        {
            try
            {
                var saved = await saver.SaveAsync(report, cancel);
                var figures = saved.Figures > 0 ? $", {saved.Figures} figure{(saved.Figures == 1 ? "" : "s")}" : "";
                return Outcome(true, (saved.Changed ? "saved" : "unchanged") + figures, notes: saved.Missing);
            }
            catch (NotebookException unwritable)
            {
                return Outcome(false, "not saved", [unwritable.Message]);
            }
        }
        if (!check)
            return Outcome(true, "passed");
        var differences = SavedOutputs.Compare(report);
        var lines = differences.SelectMany(difference => (string[])
        [
            $"{difference.Cell}: {difference.Message[0]}", .. difference.Message.Skip(1),
        ]);
        return Outcome(
            differences.Count == 0 && lint.Length == 0,
            differences.Count > 0 ? "outputs differ" : lint.Length > 0 ? "not portable" : "as saved",
            [.. lines, .. lint]);
    }

    private static string Word(CellReport failure) => failure.End switch
    {
        CellEnd.TimedOut => $"timed out in {failure.Name}",
        CellEnd.Crashed => $"crashed in {failure.Name}",
        _ => $"failed in {failure.Name}",
    };

    private static IEnumerable<string> Lines(CellReport failure)
    {
        yield return failure.Error?.Place is { } place && place.Source == failure.Name
            ? $"{failure.Name}, line {place.Line}:"
            : $"{failure.Name}:";
        foreach (var line in failure.Problem)
            yield return $"  {line}";
        if (failure.Error is not null)
            yield break;
        foreach (var line in CellText(failure.Cell.Source))
            yield return $"  | {line}";
        if (failure.Outputs is [.., StreamOutput { Text: var text }])
            yield return $"  Last output: {text.TrimEnd().Split('\n')[^1]}";
    }

    // Where no line is known, the cell's own text says which one it is.
    private static string[] CellText(string source)
    {
        const int Shown = 12;
        var lines = source.Split('\n');
        return lines.Length <= Shown ? lines : [.. lines.Take(Shown), $"... {lines.Length - Shown} more lines"];
    }
}
