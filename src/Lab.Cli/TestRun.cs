using System.Diagnostics;
using Lab.Shared;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>One process of <c>dotnet test</c>.</summary>
/// <param name="arguments">What to tell <c>dotnet</c>.</param>
/// <param name="part">Which part of the laws it takes, from 1.</param>
/// <param name="parts">Into how many parts they are cut.</param>
internal sealed class TestRun(IReadOnlyList<string> arguments, int part, int parts)
{
    private static readonly Lock speaking = new();

    /// <summary>What <c>dotnet</c> is told.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>Runs it to its end. The first part shows its lines as they come; any other when it has ended, so that none mix.</summary>
    /// <returns>The counts; a crash, a build that failed or a process stopped for its time is a failure too.</returns>
    public async Task<TestOutput> RunAsync(TimeSpan limit, CancellationToken cancel)
    {
        var output = new TestOutput(parts > 1 ? $"part {part} of {parts}" : null);
        var kept = new List<string>();
        var exit = await StartAsync(limit, line =>
        {
            if (output.Read(line) is not { } shown)
                return;
            if (part > 1)
                kept.Add(shown);
            else
                Show([shown]);
        }, cancel);
        Show(kept);
        if (exit != 0 && output.Failed == 0)
        {
            output.Failed = 1;
            await Console.Error.WriteLineAsync(exit is { } code
                ? $"lab: dotnet test ended with exit code {code}; the lines above say why."
                : $"lab: dotnet test had not ended after {limit.TotalMinutes} minutes, and was stopped.");
        }
        return output;
    }

    /// <returns>The exit code; null where the time ran out.</returns>
    private async Task<int?> StartAsync(TimeSpan limit, Action<string> read, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(DotNet.Program)
        {
            WorkingDirectory = Repository.Root,                       // global.json there chooses the test platform
            RedirectStandardOutput = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["LAB_PART"] = $"{part}/{parts}";
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        clock.CancelAfter(limit);
        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(clock.Token) is { } line)
                read(line);
            await process.WaitForExitAsync(clock.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancel.IsCancellationRequested)
                throw;
            return null;
        }
    }

    private static void Show(List<string> lines)
    {
        lock (speaking)
            lines.ForEach(Terminal.Out.WriteLine);
    }
}
