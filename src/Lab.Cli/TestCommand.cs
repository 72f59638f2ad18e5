using System.CommandLine;
using System.Diagnostics;
using Lab.Shared;
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
        var command = new Command("test", "Run the tests of all ops: every law of every spec.") { filters };
        command.SetAction((result, cancel) => Run(result.GetValue(filters) ?? [], cancel));
        return command;
    }

    private static async Task<int> Run(string[] filters, CancellationToken cancel)
    {
        // One line now, instead of one failure a law.
        if (Environment.GetEnvironmentVariable("LAB_SEED") is { Length: > 0 } seed && seed != "random" && !ulong.TryParse(seed, out _))
            throw new UserException($"LAB_SEED must be a whole number or \"random\", got \"{seed}\".");
        var output = new TestOutput();
        var exit = 0;
        await Status(async () => exit = await Start(Arguments(filters), output, cancel));
        if (filters.Length > 0 && output.Total == 0 && exit == 0)
            throw new UserException($"no test's name holds {string.Join(" or ", filters.Select(filter => $"'{filter}'"))}.");
        if (exit != 0 && output.Failed == 0)
        {
            await Console.Error.WriteLineAsync($"lab: dotnet test ended with exit code {exit}; the lines above say why.");
            output.Failed = 1;                                         // a crash, or a build that failed
        }
        Console.WriteLine(output);
        return output.Failed > 0 ? 1 : 0;
    }

    private static Task Status(Func<Task> work) =>
        Terminal.Live ? Terminal.Out.Status().StartAsync("Testing", _ => work()) : work();

    /// <summary>What to tell <c>dotnet</c>.</summary>
    internal static List<string> Arguments(string[] filters)
    {
        List<string> arguments = ["test", "--solution", Path.Combine(Repository.Root, "Labs.sln"), "--no-ansi", "--no-progress"];
        if (Environment.GetEnvironmentVariable("LAB_BUILT") == "Labs.sln")
            arguments.Add("--no-build");
        foreach (var filter in filters)
            arguments.AddRange(["--filter-display-name", Pattern(filter)]);
        if (filters.Length > 0)
            arguments.AddRange(["--ignore-exit-code", "8"]);          // 8: a project without a matching test
        return arguments;
    }

    // The display name holds a law's arguments too: Law_holds(op: "Softmax", law: "...").
    private static string Pattern(string filter) =>
        filter.Trim('*').Contains('*') ? throw new UserException($"a * may stand at the beginning and the end of a filter, got '{filter}'.")
        : filter.Contains('*') ? filter
        : $"*{filter}*";

    private static async Task<int> Start(List<string> arguments, TestOutput output, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(DotNet.Program)
        {
            WorkingDirectory = Repository.Root,                       // global.json there chooses the test platform
            RedirectStandardOutput = true,
        };
        arguments.ForEach(start.ArgumentList.Add);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if (output.Read(line) is { } shown)
                    Terminal.Out.WriteLine(shown);
            }
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode;
    }
}
