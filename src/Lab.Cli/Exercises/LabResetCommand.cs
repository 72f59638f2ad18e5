using System.CommandLine;
using Lab.Shared;

namespace Lab.Cli.Exercises;

/// <summary><c>lab reset</c>: the clean file again; what was written is kept.</summary>
internal static class LabResetCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("lab") { Description = "Its number (02) or name." };
        var command = new Command("reset", "Put a lab's file back as it was at the start; what you wrote is kept beside.") { name };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name)));
        return command;
    }

    private static int Run(string name)
    {
        var store = LabStore.Open();
        var lab = LabSelection.Find(LabSelection.All(), name);
        var clean = store.CleanCopy(lab);
        if (!File.Exists(clean))
            throw new UserException($"lab {lab.Lab} was not started, so there is no clean copy: `git checkout -- {LabSelection.Shown(lab.StudentFile)}` brings the file back.");
        var kept = File.Exists(lab.StudentFile) ? store.Backup(lab) : null;
        AtomicFile.Write(lab.StudentFile, File.ReadAllBytes(clean));
        store.Forget(lab);
        LabPrinter.Line($"{LabSelection.Shown(lab.StudentFile)} is as it was at the start.");
        if (kept is not null)
            LabPrinter.Line($"What you wrote is kept: {LabSelection.Shown(kept)}");
        return 0;
    }
}
