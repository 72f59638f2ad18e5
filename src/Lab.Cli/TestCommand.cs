using System.CommandLine;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab test</c>: proves the kit's ops by running all tests.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var filters = new Argument<string[]>("filter")
        {
            Description = "Run only tests whose full name (namespace, class, sentence, op, law) holds one of these; a * at one end ties the other.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var jobs = new Option<int?>("--jobs")
        {
            Description = "Processes that share the laws of the ops; when left out, one for each core (at most 8), and 1 with a filter.",
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "Minutes after which a process that has not ended is stopped, and counts as a failure.",
            DefaultValueFactory = _ => 60,
        };
        var command = new Command("test", "Run the tests of all ops: every law of every spec.") { filters, jobs, timeout };
        command.SetAction((result, cancel) =>
            Run(result.GetValue(filters) ?? [], result.GetValue(jobs), result.GetValue(timeout), cancel));
        return command;
    }

    private static async Task<int> Run(string[] filters, int? jobs, double timeout, CancellationToken cancel)
    {
        // One line now, instead of one failure a law.
        if (Environment.GetEnvironmentVariable("LAB_SEED") is { Length: > 0 } seed && seed != "random" && !ulong.TryParse(seed, out _))
            throw new UserException($"LAB_SEED must be a whole number or \"random\", got \"{seed}\".");
        if (jobs is not (null or (>= 1 and <= 64)))
            throw new UserException($"--jobs wants 1 to 64, got {jobs}.");
        if (timeout is not (> 0 and <= 1440))
            throw new UserException($"--timeout wants minutes between 0 and 1440, got {timeout}.");

        var runs = TestPlan.Runs(filters, jobs);
        var counts = new TestOutput();
        await Status(async () =>
        {
            foreach (var result in await Task.WhenAll(runs.Select(run => run.RunAsync(TimeSpan.FromMinutes(timeout), cancel))))
                counts.Add(result);
        });
        if (filters.Length > 0 && counts.Total == 0 && counts.Failed == 0)
            throw new UserException($"no test's name holds {string.Join(" or ", filters.Select(filter => $"'{filter}'"))}.");
        Console.WriteLine(counts);
        return counts.Failed > 0 ? 1 : 0;
    }

    private static Task Status(Func<Task> work) =>
        Terminal.Live ? Terminal.Out.Status().StartAsync("Testing", _ => work()) : work();
}
