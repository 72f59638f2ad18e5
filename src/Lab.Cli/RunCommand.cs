using System.CommandLine;
using Lab.Notebooks.Figures;
using Lab.Notebooks.Running;
using Lab.Plots.Script;

namespace Lab.Cli;

/// <summary><c>lab run</c>: runs notebooks from first cell to last, saves their outputs or compares them with the saved ones.</summary>
internal static class RunCommand
{
    private const string WorkerOption = "--worker";

    public static Command Create()
    {
        var names = new Argument<string[]>("notebooks")
        {
            Description = "Names, numbers (02), globs (0*) or paths of notebooks; all of notebooks/ when left out.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var save = new Option<bool>("--save") { Description = "Write the outputs into the notebooks." };
        var check = new Option<bool>("--check")
        {
            Description = "Fail where printed text differs from the saved outputs, or a kernel would not take the notebook.",
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "Seconds that one cell may take.",
            DefaultValueFactory = _ => 120,
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Notebooks to run at the same time; more than one disturbs cells that measure time.",
            DefaultValueFactory = _ => 1,
        };
        var worker = new Option<string?>(WorkerOption) { Hidden = true };

        var command = new Command("run", "Run notebooks, each in a process of its own.") { names, save, check, timeout, jobs, worker };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(worker) is { } pipe)
            {
                return await ServeAsync(pipe);
            }
            return await RunAsync(
                parsed.GetValue(names) ?? [], parsed.GetValue(save), parsed.GetValue(check),
                parsed.GetValue(timeout), parsed.GetValue(jobs), cancel);
        });
        return command;
    }

    private static async Task<int> ServeAsync(string pipe)
    {
        try
        {
            await NotebookWorker.ServeAsync(pipe);
            return 0;
        }
        catch (TimeoutException)
        {
            throw new UserException($"{WorkerOption} is what `lab run` starts by itself: no parent waits behind '{pipe}'.");
        }
    }

    private static async Task<int> RunAsync(
        string[] names, bool save, bool check, double timeout, int jobs, CancellationToken cancel)
    {
        if (save && check)
            throw new UserException("--save writes outputs, --check compares them: use one of them.");
        if (timeout is not (> 0 and <= 86_400))
            throw new UserException($"--timeout wants seconds between 0 and 86400, got {timeout}.");
        if (jobs is not (>= 1 and <= 64))
            throw new UserException($"--jobs wants 1 to 64, got {jobs}.");

        var folder = Path.Combine(Shared.Repository.Root, "notebooks");
        var paths = RunSelection.Find(folder, names, Directory.GetCurrentDirectory());
        var runner = new NotebookRunner(WorkerCommand.Myself("run", WorkerOption), TimeSpan.FromSeconds(timeout));
        var browser = save ? Browser.Find() : null;
        var saver = save ? new NotebookSaver(browser is null ? null : new FigureRenderer(browser, PlotlyScript.Text)) : null;
        var job = new RunJob(runner, saver, check);
        try
        {
            var outcomes = await RunProgress.ShowAsync(job, paths, jobs, cancel);
            RunPrinter.Print(outcomes);
            return outcomes.All(outcome => outcome.Passed) ? 0 : 1;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("lab: stopped. Notebooks that had not ended are unchanged.");
            return 130;
        }
    }
}
