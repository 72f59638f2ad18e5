using System.Diagnostics;
using Lab.Grading.Isolation;

namespace Lab.Grading.Tests;

/// <summary>What student code started ends with it, however much it was.</summary>
public sealed class ProcessTreeTests
{
    private const int Many = 300;

    [Fact]
    public void A_storm_of_processes_ends_with_the_one_that_started_it()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("It reads /proc.");
        // Half of them in sessions of their own, each with a child; and others that end all the while.
        using var root = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", $"for i in $(seq {Many / 2}); do sleep 61 & setsid sh -c 'sleep 62 & wait' & done; while true; do true & done"]))!;
        var waited = Stopwatch.StartNew();
        while (ProcessTree.Usage(root).Threads < Many && waited.Elapsed < TimeSpan.FromSeconds(60))
            Thread.Sleep(20);
        Assert.True(ProcessTree.Usage(root).Threads >= Many, "The storm did not rise.");

        var killing = Stopwatch.StartNew();
        Parallel.For(0, 4, _ => ProcessTree.Kill(root));                  // as a watch and a disposal may, at once
        Assert.True(root.WaitForExit(10_000), "The root is still there.");

        Assert.True(killing.Elapsed < TimeSpan.FromSeconds(10), $"Killing took {killing.Elapsed}.");
        while (Sleepers() > 0 && killing.Elapsed < TimeSpan.FromSeconds(10))
            Thread.Sleep(20);
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public void What_has_ended_already_is_no_error()
    {
        using var ended = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true })!;
        ended.WaitForExit();
        ProcessTree.Kill(ended);
    }

    private static int Sleepers() => Process.GetProcessesByName("sleep").Count(p =>
    {
        using (p)
            return Arguments(p.Id) is "sleep\u000061\u0000" or "sleep\u000062\u0000";
    });

    private static string Arguments(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
