using System.CommandLine;
using Lab.Grading.Judging;
using Lab.Grading.Reports;

namespace Lab.Cli.Exercises;

/// <summary><c>lab submit-check</c>: what the grader will see.</summary>
internal static class LabSubmitCheckCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("lab") { Description = "Its number (02) or name; the one started last when left out.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("submit-check", "Grade your file as the grader will: all laws, hidden ones too (exit code 1: points are missing).") { name };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(name), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? name, CancellationToken cancel)
    {
        var store = LabStore.Open();
        var lab = LabSelection.Find(name, store);
        LabSelection.File(lab);
        store.Start(lab);
        LabPrinter.Title(lab, "as the grader sees it");
        await using var grader = new Grader();
        var report = (await LabChecks.GradeAsync(grader, lab, new GradeOptions(), cancel)).ForStudent();
        LabPrinter.Print(lab, report, false, law => CounterexamplePage.Write(lab, law, store.Folder));
        LabPrinter.Line("");
        LabPrinter.Line($"{report.Points} of {report.MaxPoints} points.");
        LabPrinter.Line($"Hand in {LabSelection.Shown(lab.StudentFile)}{(report.Sha256.Length > 0 ? $" (SHA-256 {report.Sha256[..12]})" : "")}, that file alone. Your code ran in: {report.Isolation}.");
        if (File.Exists(store.CleanCopy(lab)) && File.ReadAllText(store.CleanCopy(lab)) == File.ReadAllText(lab.StudentFile))
            LabPrinter.Line("The file is still as it was at the start.");
        return report.Status == SubmissionStatus.Graded && report.Points == report.MaxPoints ? 0 : 1;
    }
}
