using System.Diagnostics;
using System.Globalization;
using Lab.Notebooks.Running;

namespace Lab.Notebooks.Tests.Running;

public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<NotebookReport> Run(double limit, params string[] cells) =>
        new NotebookRunner(LabProgram.Worker, TimeSpan.FromSeconds(limit))
            .RunAsync(Sample.Of(folder.At("a.ipynb"), cells), cancel: TestContext.Current.CancellationToken);

    private static string Text(CellReport cell) => string.Concat(cell.Outputs.Select(output => output switch
    {
        StreamOutput stream => stream.Text,
        DataOutput data => $"<{data.Data.Text}>",
        _ => "?",
    }));

    [Fact]
    public async Task Cells_share_state_paths_start_at_the_notebook_and_raw_output_disturbs_nothing()
    {
        folder.Write("beside.txt", "found");
        var report = await Run(30,
            "var text = System.IO.File.ReadAllText(\"beside.txt\");",
            "var raw = Console.OpenStandardOutput();\nraw.Write(Encoding.UTF8.GetBytes(\"{\\\"say\\\":\\\"ended\\\"}\\n\"));\nConsole.Write(\"a\"); Console.Error.Write(\"e\"); 7.Display(); Console.Write(Console.ReadLine() ?? \"no input\");",
            "text");

        Assert.Null(report.StartProblem);
        Assert.True(report.Succeeded, string.Join('\n', report.Failure?.Problem ?? []));
        Assert.Equal(["", "ae<7>no input", "<found>"], report.Cells.Select(Text));
        Assert.Equal([new StreamOutput("stdout", "a"), new StreamOutput("stderr", "e")], report.Cells[1].Outputs.Take(2));
    }

    [Fact]
    public async Task An_endless_loop_is_stopped_its_process_is_gone_and_its_output_is_kept_and_bounded()
    {
        var report = await Run(10, "var x = 1;", "Console.WriteLine(Environment.ProcessId);\nwhile (true) Console.WriteLine(\"spam\");", "1");

        Assert.Equal([CellEnd.Passed, CellEnd.TimedOut], report.Cells.Select(cell => cell.End));
        Assert.Contains("did not end within 10 s", report.Failure!.Reason!, StringComparison.Ordinal);
        var lines = Text(report.Failure).Split('\n');
        Assert.Equal(["spam", "spam"], lines[1..3]);
        Assert.InRange(Text(report.Failure).Length, 65_536, 65_700);
        Assert.InRange(report.Failure.Elapsed.TotalSeconds, 9.9, 40);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_stack_overflow_is_told_with_its_cell_and_what_came_before()
    {
        var report = await Run(30, "int F(int n) => F(n + 1) + 1;", "Console.WriteLine(\"before\");\nF(0)");
        Assert.Equal(CellEnd.Crashed, report.Failure?.End);
        Assert.Equal("cell 2", report.Failure!.Name);
        Assert.Equal("before\n", Text(report.Failure));
        Assert.Contains("stack overflow", report.Failure.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_ends_the_process_has_failed_whatever_its_exit_code()
    {
        var report = await Run(30, "Environment.Exit(0);", "1");
        Assert.False(report.Succeeded);
        Assert.Equal(CellEnd.Crashed, Assert.Single(report.Cells).End);
        Assert.Contains("exit code 0", report.Failure!.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_kills_the_worker()
    {
        using var cancel = new CancellationTokenSource();
        var id = 0;
        var notebook = Sample.Of(folder.At("a.ipynb"), "Environment.ProcessId", "while (true) { }");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new NotebookRunner(LabProgram.Worker, TimeSpan.FromMinutes(1)).RunAsync(
            notebook,
            cell =>
            {
                id = int.Parse(Text(cell).Trim('<', '>'), CultureInfo.InvariantCulture);
                cancel.CancelAfter(100);
            },
            cancel.Token));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task A_worker_that_does_not_start_is_a_problem_of_the_report()
    {
        var notebook = Sample.Of(folder.At("a.ipynb"), "1");
        var limit = TimeSpan.FromSeconds(5);
        var missing = await new NotebookRunner(new("/no/such/program", []), limit).RunAsync(notebook, cancel: TestContext.Current.CancellationToken);
        Assert.Contains("/no/such/program", missing.StartProblem!, StringComparison.Ordinal);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/false on Windows.");
        var failing = await new NotebookRunner(new("/bin/false", []), limit).RunAsync(notebook, cancel: TestContext.Current.CancellationToken);
        Assert.Contains("exit code 1", failing.StartProblem!, StringComparison.Ordinal);
        Assert.False(failing.Succeeded);
    }
}
