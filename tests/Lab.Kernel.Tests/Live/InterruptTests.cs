using System.Diagnostics;

namespace Lab.Kernel.Tests.Live;

public sealed class InterruptTests
{
    private const string Sleep = "[System.Runtime.InteropServices.DllImport(\"libc\")] static extern uint sleep(uint seconds);\n";

    [Fact]
    public void An_interrupt_by_message_stops_the_cell_and_keeps_the_session()
    {
        using var kernel = new TestKernel();
        kernel.Execute("var x = 41;");
        var id = kernel.Send("execute_request", TestKernel.Code("Console.WriteLine(\"runs\"); while (true) x = 42;"));
        var answer = kernel.WaitFor(id, output =>
        {
            if (output == "stdout:runs\n")
                Assert.Equal("ok", (string?)kernel.Control("interrupt_request")["status"]);
        });
        Assert.Equal(("error", "Interrupted"), (answer.Status, (string?)answer.Reply["ename"]));
        Assert.Equal(["result:42"], kernel.Execute("x").Outputs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interrupt_by_signal_does_the_same_even_where_the_parent_ignores_it(bool ignored)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals on Windows.");
        using var kernel = ignored ? new TestKernel(["/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\""], []) : new();
        kernel.Execute("var x = 42;");
        var id = kernel.Send("execute_request", TestKernel.Code("Console.WriteLine(\"runs\"); while (true) { }"));
        var answer = kernel.WaitFor(id, output =>
        {
            if (output == "stdout:runs\n")
                Signal(kernel.Process.Id, "INT");
        });
        Assert.Equal("Interrupted", (string?)answer.Reply["ename"]);
        // Longer than the two seconds after which a command that was told to stop is ended.
        Assert.Equal(["result:42"], kernel.Execute("System.Threading.Thread.Sleep(2500); x").Outputs);
    }

    [Fact]
    public void An_interrupt_while_the_session_still_starts_stops_the_cell_that_waits_for_it()
    {
        using var kernel = new TestKernel();
        var id = kernel.Send("execute_request", TestKernel.Code("while (true) { }"));
        kernel.WaitForMessage(id, "execute_input");
        kernel.Control("interrupt_request");
        Assert.Equal("Interrupted", (string?)kernel.WaitFor(id).Reply["ename"]);
        Assert.Equal(["result:2"], kernel.Execute("1 + 1").Outputs);
    }

    [Fact]
    public void An_interrupt_with_nothing_running_does_nothing()
    {
        using var kernel = new TestKernel();
        kernel.Execute("var x = 42;");
        kernel.Control("interrupt_request");
        Assert.Equal(["result:42"], kernel.Execute("x").Outputs);
    }

    [Fact]
    public void Native_code_is_told_of_and_a_second_interrupt_restarts_the_session()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The cell calls libc's sleep.");
        using var kernel = new TestKernel();
        kernel.Execute("var x = 42;");
        var clock = Stopwatch.StartNew();
        var id = kernel.Send("execute_request", TestKernel.Code(Sleep + "Console.WriteLine(\"runs\"); sleep(120);"));
        var answer = kernel.WaitFor(id, output =>
        {
            if (output.StartsWith("stdout", StringComparison.Ordinal) || output.Contains("Interrupt once more", StringComparison.Ordinal))
                kernel.Control("interrupt_request");
        });
        Assert.Contains(answer.Outputs, output => output.Contains("it is in native code", StringComparison.Ordinal));
        Assert.Equal("SessionRestarted", (string?)answer.Reply["ename"]);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        Assert.Equal(["result:2"], kernel.Execute("1 + 1").Outputs);
        Assert.Equal("CS0103", (string?)kernel.Execute("x").Reply["ename"]);
    }

    [Fact]
    public void Native_code_that_returns_in_time_ends_as_if_nothing_had_been()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The cell calls libc's sleep.");
        using var kernel = new TestKernel();
        var id = kernel.Send("execute_request", TestKernel.Code(Sleep + "Console.WriteLine(\"runs\"); sleep(1); while (true) { }"));
        var answer = kernel.WaitFor(id, output => kernel.Control("interrupt_request"));
        Assert.Equal("Interrupted", (string?)answer.Reply["ename"]);
        Assert.DoesNotContain(answer.Outputs, output => output.Contains("native", StringComparison.Ordinal));
    }

    internal static void Signal(int process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
