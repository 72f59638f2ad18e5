using Lab.Grading.Isolation;
using Lab.Grading.Judging;
using Lab.Grading.Reports;

namespace Lab.Grading.Tests;

public sealed class GraderTests
{
    [Fact]
    public async Task A_right_solution_gets_all_points()
    {
        await using var grader = new Grader();
        var told = new List<LawReport>();
        var report = await grader.GradeAsync(
            Submission.Of(Path.Combine(Sample.Folder, "Solution.cs")), Sample.Lab, new(), new Collect(told), TestContext.Current.CancellationToken);
        Assert.True(report.Points == 10, report.ToJson());
        Assert.Equal(SubmissionStatus.Graded, report.Status);
        Assert.Equal(Sandbox.Best.Name, report.Isolation);
        Assert.Equal(report.Laws.Select(l => l.Law), told.Select(l => l.Law));
        Assert.Equivalent(report, GradeReport.FromJson(report.ToJson()));
    }

    [Fact]
    public async Task The_same_submission_gets_the_same_report_again()
    {
        await using var grader = new Grader();
        var file = Path.Combine(Sample.Folder, "Wrong.cs");
        var first = await grader.GradeAsync(Submission.Of(file), Sample.Lab, new(), cancel: TestContext.Current.CancellationToken);
        var second = await grader.GradeAsync(Submission.Of(file), Sample.Lab, new(), cancel: TestContext.Current.CancellationToken);
        Assert.InRange(first.Points, 0, 9);
        Assert.Equal(Timeless(first), Timeless(second));
    }

    [Fact]
    public async Task Hidden_laws_show_students_name_and_hint_alone()
    {
        await using var grader = new Grader();
        var report = await grader.GradeAsync(
            Submission.Of(Path.Combine(Sample.Folder, "Wrong.cs")), Sample.Lab, new(), cancel: TestContext.Current.CancellationToken);
        var hidden = report.Laws.Single(l => l.Hidden);
        Assert.Equal(LawOutcome.Failed, hidden.Outcome);
        Assert.NotNull(hidden.Counterexample);
        var shown = report.ForStudent().Laws.Single(l => l.Hidden);
        Assert.Null(shown.Counterexample);
        Assert.Equal(0ul, shown.Seed);
        Assert.Equal("What is exp(1000)?", shown.Hint);
        Assert.DoesNotContain(hidden.Reason, report.ForStudent().ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_that_ends_costs_the_law_it_tried_and_no_more()
    {
        await using var grader = new Grader();
        var options = new GradeOptions();
        var sheet = await grader.GradeAsync(
            Submission.Of(Path.Combine(Sample.Folder, "Solution.cs")), Sample.Lab, options, new KillJudge(), TestContext.Current.CancellationToken);
        Assert.True(sheet.Status == SubmissionStatus.Graded, sheet.ToJson());
        Assert.Equal(sheet.MaxPoints, sheet.Points + sheet.Laws.Where(l => l.Outcome == LawOutcome.Crashed).Sum(l => l.MaxPoints));
        Assert.InRange(sheet.Laws.Count(l => l.Outcome == LawOutcome.Crashed), 0, 1);      // none where it was between two laws
    }

    private static string Timeless(GradeReport report) =>
        (report with { Seconds = 0, Laws = [.. report.Laws.Select(l => l with { Seconds = 0 })] }).ToJson();

    private sealed class Collect(List<LawReport> told) : IProgress<LawReport>
    {
        public void Report(LawReport value) => told.Add(value);
    }

    /// <summary>Ends the judging process once, after the first law.</summary>
    private sealed class KillJudge : IProgress<LawReport>
    {
        private bool done;

        public void Report(LawReport value)
        {
            if (done)
                return;
            done = true;
            foreach (var judge in System.Diagnostics.Process.GetProcessesByName("dotnet").Where(p => IsMine(p.Id)))
                judge.Kill();
        }

        private static bool IsMine(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ')[2] == Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    && File.ReadAllText($"/proc/{id}/cmdline").Contains("Lab.Grading.dll", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
