namespace Lab.Cli.Tests;

public sealed class TestRunTests
{
    private static readonly TimeSpan minutes = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_run_that_ends_badly_without_a_failed_test_is_a_failure()
    {
        var counts = await new TestRun(["exec", "/no/such/program.dll"], 1, 1).RunAsync(minutes, TestContext.Current.CancellationToken);
        Assert.Equal("0 passed, 1 failed", counts.ToString());
    }

    [Fact]
    public async Task A_run_that_does_not_end_is_stopped_and_is_a_failure()
    {
        var counts = await new TestRun(["--info"], 2, 2).RunAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal("0 passed, 1 failed", counts.ToString());
    }

    [Fact]
    public async Task A_run_that_ends_well_is_none()
    {
        var counts = await new TestRun(["--version"], 1, 1).RunAsync(minutes, TestContext.Current.CancellationToken);
        Assert.Equal("0 passed, 0 failed", counts.ToString());
    }
}
