using Lab.Bench;
using Lab.Shared;

namespace Lab.Cli.Tests;

public sealed class BenchCommandTests
{
    [Fact]
    public async Task A_quick_bench_prints_its_table_and_writes_report_and_figure()
    {
        var result = await LabProcess.Run(["bench", "log-softmax", "--quick", "--threads", "1"], ("LAB_PYTHON", "/no/such/python"), ("LAB_BROWSER", "/no/such/browser"));
        Assert.Equal(0, result.Exit);
        Assert.Contains("kit / library", result.Output, StringComparison.Ordinal);
        Assert.Contains("LogSoftmax", result.Output, StringComparison.Ordinal);
        Assert.Contains("Without Python: there is no /no/such/python. `pip install torch`", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CrossEntropy", result.Output, StringComparison.Ordinal);

        var folder = Path.Combine(Repository.Root, "artifacts", "bench", "quick");
        var report = BenchReport.FromJson(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), TestContext.Current.CancellationToken))!;
        Assert.All(report.Rows, row => Assert.Equal("LogSoftmax", row.Op));
        Assert.Contains("<figure", await File.ReadAllTextAsync(Path.Combine(folder, "figure.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_of_kernels_are_timed_against_Pythons()
    {
        var result = await LabProcess.Run(["bench", "kernel-start", "--quick"]);
        Assert.SkipWhen(result.Output.Contains("Starts of kernels:", StringComparison.Ordinal), "No Python with jupyter_client and ipykernel.");
        Assert.Equal(0, result.Exit);
        foreach (var row in new[] { "first 1 + 1", "first tensor", "a completion, warm" })
            Assert.Contains(row, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("kit / library", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_Python_no_kernel_is_started_and_the_reason_is_told()
    {
        var result = await LabProcess.Run(["bench", "kernel-start", "--quick"], ("LAB_PYTHON", "/no/such/python"));
        Assert.Equal(0, result.Exit);
        Assert.Contains("Starts of kernels: there is no /no/such/python. `pip install jupyter-client ipykernel`", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab: The bench has no row named 'xyzzy'.", "xyzzy")]
    [InlineData("lab: --threads wants numbers from 1 to 1024, got 0.", "--threads", "0")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        var result = await LabProcess.Run(["bench", .. arguments]);
        Assert.Equal(2, result.Exit);
        Assert.StartsWith(line, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }
}
