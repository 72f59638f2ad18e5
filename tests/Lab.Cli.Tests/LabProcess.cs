using System.Diagnostics;

namespace Lab.Cli.Tests;

/// <summary>Runs the built <c>lab</c> as its users do, in a process of its own.</summary>
internal static class LabProcess
{
    /// <param name="arguments">The command line.</param>
    /// <param name="variables">Environment variables to set; null removes one.</param>
    public static async Task<LabResult> Run(string[] arguments, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo(DotNet.Program) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(UserException).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = await process.StandardError.ReadToEndAsync(cancel);
        var text = await output;
        await process.WaitForExitAsync(cancel);
        return new(process.ExitCode, text, error.Trim());
    }
}

/// <summary>What a run gave.</summary>
internal sealed record LabResult(int Exit, string Output, string Error);
