using System.CommandLine;
using Lab.Grading.Labs;

namespace Lab.Cli.Exercises;

/// <summary><c>lab start</c>: begins a lab.</summary>
internal static class LabStartCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("lab") { Description = "Its number (02) or name." };
        var command = new Command("start", "Begin a lab: sets its clock, keeps a clean copy of its file, and says what to do.") { name };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name)));
        return command;
    }

    private static int Run(string name)
    {
        var store = LabStore.Open();
        var lab = LabSelection.Find(LabSelection.All(), name);
        var before = store.Start(lab);
        var solved = lab.Exercises.Count(e => store.IsSolved(lab, e));
        LabPrinter.Title(lab, $"about {lab.Minutes} minutes, {Stars(lab)}, {lab.Points} points");
        if (before)
            LabPrinter.Line($"Started before: {solved} of {lab.Exercises.Count} exercises are done. Your file is as you left it.");
        LabPrinter.Line($"Read  {LabSelection.Shown(Path.Combine(lab.Folder, "README.md"))}");
        LabPrinter.Line($"Write {LabSelection.Shown(lab.StudentFile)}: {string.Join(", ", lab.Exercises.Select(e => e.Name))}");
        LabPrinter.Line($"Then  `lab watch {lab.Lab}` checks whenever you save, `lab check {lab.Lab}` once; `lab hint {lab.Lab}` helps.");
        return 0;
    }

    internal static string Stars(LabManifest lab) => $"difficulty {lab.Difficulty} of 5";
}
