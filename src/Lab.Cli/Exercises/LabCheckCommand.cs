using System.CommandLine;
using Lab.Grading.Judging;

namespace Lab.Cli.Exercises;

/// <summary><c>lab check</c>: tries the visible laws on the student's file.</summary>
internal static class LabCheckCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("lab") { Description = "Its number (02) or name; the one started last when left out.", Arity = ArgumentArity.ZeroOrOne };
        var exercise = new Option<string?>("--exercise") { Description = "Only this exercise." };
        var all = new Option<bool>("--all") { Description = "Tell every failed law in full, and not the first of each exercise alone." };
        var seed = new Option<long?>("--seed") { Description = "Draw the same cases again, as a failed law says." };
        var command = new Command("check", "Try a lab's visible laws on your file (exit code 1: some do not hold yet).") { name, exercise, all, seed };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(name), parsed.GetValue(exercise), parsed.GetValue(all), parsed.GetValue(seed), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string? exercise, bool all, long? seed, CancellationToken cancel)
    {
        if (seed < 0)
            throw new UserException($"--seed wants a whole number that is not negative, got {seed}.");
        var store = LabStore.Open();
        var lab = LabSelection.Find(name, store);
        var only = LabSelection.Exercise(lab, exercise);
        LabSelection.File(lab);
        store.Start(lab);
        LabPrinter.Title(lab, LabSelection.Shown(lab.StudentFile));
        await using var grader = new Grader();
        var options = new GradeOptions { Hidden = false, Seed = (ulong?)seed, Exercises = only is null ? null : [only.Name] };
        return await LabChecks.RunAsync(grader, lab, store, options, all, cancel) ? 0 : 1;
    }
}
