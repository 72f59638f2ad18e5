using Lab.Grading.Judging;
using Lab.Grading.Reports;

namespace Lab.Grading.Tests;

public sealed class GraderTests
{
    [Fact]
    public async Task A_right_solution_gets_all_points()
    {
        await using var grader = new Grader();
        var report = await grader.GradeAsync(Submission.Of(Path.Combine(Sample.Folder, "Solution.cs")), Sample.Lab, new(), cancel: TestContext.Current.CancellationToken);
        Assert.True(report.Points == 10, report.ToJson());
        Assert.Equal(SubmissionStatus.Graded, report.Status);
        Assert.Equivalent(report, GradeReport.FromJson(report.ToJson()));
    }
}
