using System.Diagnostics;
using System.Text;

namespace Lab.Kernel.Tests.Live;

public sealed class LifecycleTests
{
    private const int AtOnce = 4;
    private const string Mark = "LAB_TEST_MARK";

    /// <summary>How many kernels come and go; <c>LAB_KERNELS</c> sets another number, such as 200.</summary>
    private static int Kernels =>
        int.TryParse(Environment.GetEnvironmentVariable("LAB_KERNELS"), System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : 16;

    [Fact]
    public void Many_kernels_started_and_stopped_leave_no_process_and_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are counted in /proc.");
        using var folder = new TestFolder();
        var mark = Guid.NewGuid().ToString("N");
        (string, string)[] variables = [("TMPDIR", folder.Path), ("DOTNET_EnableDiagnostics", "0"), (Mark, mark)];

        Parallel.For(0, Kernels, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, number =>
        {
            using var kernel = new TestKernel(variables);
            switch (number % 10)
            {
                case 0:
                    Assert.Equal(["result:2"], kernel.Execute("1 + 1").Outputs);
                    break;
                case 3:
                    kernel.Send("execute_request", TestKernel.Code("while (true) { }"));
                    break;
                case 5:
                    InterruptTests.Signal(kernel.Process.Id, "TERM");
                    kernel.WaitForEnd();
                    break;
                case 7:
                    kernel.Process.Kill();                                // alone, as Jupyter does: its child must notice
                    kernel.Process.WaitForExit();
                    break;
            }
        });

        var clock = Stopwatch.StartNew();
        while (Processes(mark) is { Count: > 0 } left)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(120), $"Still there: {string.Join(", ", left)}");
            Thread.Sleep(100);
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cell_that_never_ends_does_not_hold_up_the_end(bool byMessage)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals on Windows.");
        using var kernel = new TestKernel();
        var id = kernel.Send("execute_request", TestKernel.Code("Console.WriteLine(\"runs\"); while (true) { }"));
        kernel.WaitForMessage(id, "stream");
        if (byMessage)
            Assert.Equal("ok", (string?)kernel.Control("shutdown_request")["status"]);
        else
            InterruptTests.Signal(kernel.Process.Id, "TERM");
        kernel.WaitForEnd();
        Assert.Equal(0, kernel.Process.ExitCode);
        Assert.DoesNotContain("dead", kernel.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_ends_when_the_server_that_started_it_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test starts a shell.");
        using var server = Process.Start("sleep", ["600"]);
        using var kernel = new TestKernel(("JPY_PARENT_PID", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.False(kernel.Process.HasExited);
        server.Kill();
        server.WaitForExit();
        kernel.WaitForEnd();
    }

    [Fact]
    public void The_first_result_comes_and_its_time_is_printed()
    {
        var clock = Stopwatch.StartNew();
        using var kernel = new TestKernel(("DOTNET_EnableDiagnostics", "0"), ("DOTNET_TieredPGO", "0"));
        Assert.Equal(["result:2"], kernel.Execute("1 + 1").Outputs);
        var first = clock.Elapsed.TotalSeconds;
        Assert.Equal("ok", kernel.Execute("#!import kit.csx").Status);
        Assert.Equal(["result:3"], kernel.Execute("TorchSharp.torch.ones(3).sum().item<float>()").Outputs);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seconds from the process's start: 1 + 1 after {first:0.00}, a tensor's sum after {clock.Elapsed.TotalSeconds:0.00}.");   // speed is for the bench
    }

    [Fact]
    public void A_kernel_that_nobody_gave_a_connection_file_writes_one_and_takes_it_away()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals on Windows.");
        using var folder = new TestFolder();
        using var process = TestKernel.Start([TestKernel.Program, "kernel", "run"], [("TMPDIR", folder.Path), ("DOTNET_EnableDiagnostics", "0")]);
        string? line;
        do
        {
            line = process.StandardError.ReadLine();
        }
        while (line?.Contains("listening", StringComparison.Ordinal) == false);
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.EndsWith(file, line, StringComparison.Ordinal);
        InterruptTests.Signal(process.Id, "TERM");
        process.WaitForExit();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static List<string> Processes(string mark)
    {
        var wanted = Encoding.ASCII.GetBytes($"{Mark}={mark}");
        return [.. Directory.GetDirectories("/proc").Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]) && Has(process, wanted)).Select(process => Path.GetFileName(process))];
    }

    private static bool Has(string process, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "environ")).AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
