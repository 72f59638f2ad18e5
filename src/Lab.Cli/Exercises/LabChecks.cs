using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Cli.Exercises;

/// <summary>Checks a student's own file: the same laws and the same judge as the grader's.</summary>
internal static class LabChecks
{
    /// <summary>Checks, prints and keeps what was found.</summary>
    /// <returns>Whether every law held that was tried.</returns>
    public static async Task<bool> RunAsync(
        Grader grader, LabManifest lab, LabStore store, GradeOptions options, bool all, CancellationToken cancel)
    {
        var report = await GradeAsync(grader, lab, options, cancel);
        store.Keep(lab, report);
        LabPrinter.Print(lab, report, all, law => CounterexamplePage.Write(lab, law, store.Folder));
        LabPrinter.Next(lab, report, store);
        return report.Status == SubmissionStatus.Graded && report.Points == report.MaxPoints;
    }

    /// <summary>Grades the student's file.</summary>
    public static Task<GradeReport> GradeAsync(Grader grader, LabManifest lab, GradeOptions options, CancellationToken cancel) =>
        grader.GradeAsync(new Submission(LabSelection.File(lab), LabSelection.Shown(lab.StudentFile), Environment.UserName), lab, options, null, cancel);
}
