namespace Lab.Kernel.Tests.Live;

/// <summary>Cells that take their process down: the kernel is dead, and says why.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("int F(int n) => F(n + 1) + 1; F(0)", 134, "stack overflow: a method calls itself without end")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern void abort(); abort();", 134, "aborted in native code")]
    [InlineData("Console.Error.WriteLine(\"farewell\"); Environment.Exit(3);", 3, "the code, or something it called, ended the process")]
    public void The_reason_is_told_to_the_cell_and_to_the_log(string code, int exitCode, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Exit codes of crashes differ between systems.");
        using var kernel = new TestKernel();
        kernel.Execute("var before = 1;");
        var answer = kernel.Execute(code);
        Assert.Equal(("error", "KernelDied"), (answer.Status, (string?)answer.Reply["ename"]));
        Assert.Contains(reason, (string?)answer.Reply["evalue"], StringComparison.Ordinal);
        Assert.Equal("error:KernelDied", answer.Outputs[^1]);
        kernel.WaitForEnd();
        Assert.Equal(exitCode, kernel.Process.ExitCode);
        kernel.WaitForLog($"(exit code {exitCode}): {reason}");
    }
}
