using Lab.Bench;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Runs the bench, and shows how far it is: a bar on a terminal, a line for each race elsewhere.</summary>
internal static class BenchProgress
{
    public static async Task<BenchReport> ShowAsync(BenchRun run, CancellationToken cancel)
    {
        var races = run.Works.Count * run.Threads.Count;
        if (!Terminal.Live)
        {
            var last = "";
            return await OnOneThread(run with { Progress = (_, what) => Line(what, ref last) }, cancel);
        }
        BenchReport? report = null;
        await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var bar = context.AddTask("starting", maxValue: races);
                report = await OnOneThread(run with
                {
                    Progress = (done, what) =>
                    {
                        bar.Value = done;
                        bar.Description = Markup.Escape(what);
                    },
                }, cancel);
                bar.Value = races;
            });
        return report!;
    }

    /// <summary>A thread of its own: the number of torch's threads and its scopes belong to a thread.</summary>
    private static Task<BenchReport> OnOneThread(BenchRun run, CancellationToken cancel) =>
        Task.Factory.StartNew(() => run.Run(cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Line(string what, ref string last)
    {
        if (what == last)
            return;
        last = what;
        Console.Error.WriteLine(what);
    }
}
