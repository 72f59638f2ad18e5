using System.Diagnostics;
using Lab.Notebooks.Running;

namespace Lab.Notebooks.Tests.Running;

/// <summary>The real <c>lab</c> program, built beside these tests in the same configuration.</summary>
internal static class LabProgram
{
    private static readonly string program = Path.Combine(
        Lab.Shared.Repository.Root, "artifacts", "bin", "Lab.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name,
        OperatingSystem.IsWindows() ? "lab.exe" : "lab");

    public static WorkerCommand Worker { get; } = new(program, ["run", "--worker"]);

    /// <summary>Runs <c>lab run</c> and returns its exit code and all it printed.</summary>
    public static async Task<(int ExitCode, string Printed)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["run", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
