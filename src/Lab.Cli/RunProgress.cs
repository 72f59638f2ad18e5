using System.Globalization;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Runs the jobs, a few at a time, and shows how far they are: bars on a terminal, plain lines elsewhere.</summary>
internal static class RunProgress
{
    /// <summary>Runs every notebook; outcomes come in the order of the paths.</summary>
    public static async Task<RunOutcome[]> ShowAsync(
        RunJob job, IReadOnlyList<string> paths, int jobs, CancellationToken cancel)
    {
        if (!Terminal.Live || !AnsiConsole.Profile.Capabilities.Interactive)
            return await RunAllAsync(job, paths, jobs, _ => (_, _) => { }, PrintLine, cancel);

        var outcomes = Array.Empty<RunOutcome>();
        await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                Action<int, int> Start(string path)
                {
                    var bar = context.AddTask(Markup.Escape(Path.GetFileNameWithoutExtension(path)));
                    return (done, total) =>
                    {
                        bar.MaxValue = Math.Max(1, total);
                        bar.Value = done;
                        if (done == total)
                            bar.StopTask();
                    };
                }
                outcomes = await RunAllAsync(job, paths, jobs, Start, _ => { }, cancel);
            });
        return outcomes;
    }

    private static async Task<RunOutcome[]> RunAllAsync(
        RunJob job, IReadOnlyList<string> paths, int jobs,
        Func<string, Action<int, int>> start, Action<RunOutcome> onEnd, CancellationToken cancel)
    {
        var outcomes = new RunOutcome[paths.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel };
        await Parallel.ForAsync(0, paths.Count, options, async (i, token) =>
        {
            outcomes[i] = await job.RunAsync(paths[i], start(paths[i]), token);
            onEnd(outcomes[i]);
        });
        return outcomes;
    }

    private static void PrintLine(RunOutcome outcome) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{outcome.Name}: {outcome.CellsRun} of {outcome.Cells} cells, {outcome.Elapsed.TotalSeconds:0.0} s, {outcome.Result}"));
}
