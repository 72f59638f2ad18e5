namespace Lab.Cli.Tests;

public sealed class TestOutputTests
{
    private const string Run = """
        Running tests from /kit/artifacts/bin/A.Tests/debug/A.Tests.dll (net10.0|x64)
        failed A.Tests.Softmax.Rows_sum_to_one (11ms)
          from /kit/artifacts/bin/A.Tests/debug/A.Tests.dll (net10.0|x64)
          Assert.Equal() Failure: Values differ
        /kit/artifacts/bin/A.Tests/debug/A.Tests.dll (net10.0|x64) failed with 1 error(s) (6s 331ms)
        Running tests from C:\kit\B.Tests.dll (net10.0|x64)
        C:\kit\B.Tests.dll (net10.0|x64) passed (1s 002ms)

        Test run summary: Failed!
          /kit/artifacts/bin/A.Tests/debug/A.Tests.dll (net10.0|x64) failed with 1 error(s) (6s 331ms)
          C:\kit\B.Tests.dll (net10.0|x64) passed (1s 002ms)

          total: 60
          failed: 1
          succeeded: 57
          skipped: 2
          duration: 6s 695ms
        Test run completed with non-success exit code: 2 (see: https://aka.ms/testingplatform/exitcodes)
        """;

    [Fact]
    public void Shows_failures_and_one_line_a_project_and_counts_the_rest()
    {
        var output = new TestOutput();
        var shown = Run.ReplaceLineEndings("\n").Split('\n').Select(output.Read).OfType<string>().ToList();
        Assert.Equal(
            [
                "failed A.Tests.Softmax.Rows_sum_to_one (11ms)",
                "  Assert.Equal() Failure: Values differ",
                "A.Tests failed with 1 error(s) (6s 331ms)",
                "B.Tests passed (1s 002ms)",
            ],
            shown);
        Assert.Equal("57 passed, 1 failed, 2 skipped", output.ToString());
    }

    [Fact]
    public void Names_no_skipped_tests_where_there_are_none()
    {
        var output = new TestOutput();
        Assert.Null(output.Read("  succeeded: 3"));
        Assert.Equal("3 passed, 0 failed", output.ToString());
    }

    [Fact]
    public void Says_which_part_of_the_laws_a_line_is_about()
    {
        var output = new TestOutput("part 2 of 3");
        Assert.Equal(
            "Lab.Core.Tests, part 2 of 3, passed (1s 002ms)",
            output.Read("/kit/artifacts/bin/Lab.Core.Tests/debug/Lab.Core.Tests.dll (net10.0|x64) passed (1s 002ms)"));
        Assert.Equal("B.Tests passed (1s 002ms)", output.Read("/kit/B.Tests.dll (net10.0|x64) passed (1s 002ms)"));
    }

    [Fact]
    public void Runs_side_by_side_are_counted_together()
    {
        var (all, run) = (new TestOutput(), new TestOutput());
        foreach (var line in Run.ReplaceLineEndings("\n").Split('\n'))
            run.Read(line);
        all.Add(run);
        all.Add(run);
        Assert.Equal("114 passed, 2 failed, 4 skipped", all.ToString());
        Assert.Equal(120, all.Total);
    }
}
