using Lab.Grading.Reports;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Shows how far a class is graded: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class GradeProgress
{
    /// <summary>Runs the grading.</summary>
    /// <param name="total">How many submissions there are.</param>
    /// <param name="run">Grades, and tells of each report and whether it was there already.</param>
    public static async Task<IReadOnlyList<GradeReport>> ShowAsync(
        int total, Func<Action<GradeReport, bool>, Task<IReadOnlyList<GradeReport>>> run)
    {
        if (!Terminal.Live || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            var (done, every, gate) = (0, Math.Max(1, total / 20), new Lock());
            return await run((_, _) =>
            {
                lock (gate)
                {
                    if (++done % every == 0 || done == total)
                        Console.WriteLine($"{done} of {total} submissions");
                }
            });
        }
        IReadOnlyList<GradeReport> reports = [];
        await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Grading", maxValue: Math.Max(1, total));
                reports = await run((_, _) => bar.Increment(1));
            });
        return reports;
    }
}
