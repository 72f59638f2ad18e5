namespace Lab.Notebooks.Tests.Running;

/// <summary>The command as people use it: exit codes, and what it prints.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Saved_outputs_pass_the_check_until_the_code_prints_something_else()
    {
        var path = folder.Write("a.ipynb", Sample.Portable(Sample.Code("Console.WriteLine(\"loss \" + 0.25);", 1)).ToJsonString());
        folder.Write("kit.csx", "");

        var (code, printed) = await LabProgram.Run(path, "--save");
        Assert.True(code == 0, printed);
        Assert.Contains("1 passed, 0 failed", printed, StringComparison.Ordinal);

        (code, printed) = await LabProgram.Run(path, "--check");
        Assert.True(code == 0, printed);

        File.WriteAllText(path, File.ReadAllText(path).Replace("loss 0.25", "loss 0.35", StringComparison.Ordinal));
        (code, printed) = await LabProgram.Run(path, "--check");
        Assert.Equal(1, code);
        Assert.Contains("a, cell 2: stdout differs in line 1:", printed, StringComparison.Ordinal);
        Assert.Contains("saved: loss 0.35", printed, StringComparison.Ordinal);
        Assert.Contains("now: loss 0.25", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failing_notebook_fails_the_run_and_the_others_still_run()
    {
        var text = Sample.Json([Sample.Code("var x = 1;", 0), Sample.Code("\nthrow new FormatException(\"no\");", 1)]).ToJsonString();
        var failing = folder.Write("failing.ipynb", text);
        var broken = folder.Write("broken.ipynb", "{ nonsense");
        var good = folder.Write("good.ipynb", Sample.Json([Sample.Code("1", 0)]).ToJsonString());

        var (code, printed) = await LabProgram.Run(failing, broken, good, "--save", "--jobs", "2");

        Assert.Equal(1, code);
        Assert.Contains("failing, cell 2, line 2:", printed, StringComparison.Ordinal);
        Assert.Contains("FormatException: no", printed, StringComparison.Ordinal);
        Assert.Contains("2 | throw new FormatException(\"no\");", printed, StringComparison.Ordinal);
        Assert.Contains("broken.ipynb is not a notebook, its JSON is broken: line 1", printed, StringComparison.Ordinal);
        Assert.Contains("1 passed, 2 failed", printed, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(failing));
    }

    [Fact]
    public async Task Bad_usage_is_one_line_and_exit_code_2()
    {
        var (code, printed) = await LabProgram.Run("no-such-notebook");
        Assert.Equal(2, code);
        Assert.StartsWith("lab: There is no notebook", printed, StringComparison.Ordinal);

        (code, printed) = await LabProgram.Run("--save", "--check");
        Assert.Equal(2, code);
        Assert.Contains("use one of them", printed, StringComparison.Ordinal);
    }
}
