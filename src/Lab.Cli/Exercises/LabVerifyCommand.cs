using System.CommandLine;
using System.Globalization;
using Lab.Grading.Labs;
using Lab.Grading.Verification;

namespace Lab.Cli.Exercises;

/// <summary><c>lab verify</c>: proves the labs themselves.</summary>
internal static class LabVerifyCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("labs") { Description = "Numbers or names; all when left out.", Arity = ArgumentArity.ZeroOrMore };
        var save = new Option<bool>("--save") { Description = "Write the fingerprints of the known-wrong solutions (misconceptions.json)." };
        var command = new Command(
            "verify", "Prove the labs: stubs fail every law, solutions pass, known-wrong solutions are told apart, nothing is earned by guessing.")
        {
            names, save,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed.GetValue(names) ?? [], parsed.GetValue(save), cancel)));
        return command;
    }

    private static int Run(string[] names, bool save, CancellationToken cancel)
    {
        var all = LabSelection.All();
        LabManifest[] labs = names.Length == 0 ? [.. all] : [.. names.Select(name => LabSelection.Find(all, name)).DistinctBy(lab => lab.Lab)];
        if (labs.FirstOrDefault(lab => !Directory.Exists(LabVerifier.AuthorsFolder(lab))) is { } without)
            throw new UserException($"{LabSelection.Shown(LabVerifier.AuthorsFolder(without))} is missing: a student's copy has no solutions, and nothing to verify.");
        var good = 0;
        foreach (var lab in labs)
        {
            cancel.ThrowIfCancellationRequested();
            var verdict = LabVerifier.Verify(lab, save: save);
            good += verdict.Problems.Count == 0 ? 1 : 0;
            LabPrinter.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{(verdict.Problems.Count == 0 ? "proven" : "FAILED")}  {lab.Slug}: {lab.Exercises.Count} exercises, {verdict.Laws} laws, {lab.Points} points, {verdict.Wrongs} known-wrong solutions, {verdict.Seconds:F1} s"));
            foreach (var problem in verdict.Problems)
                LabPrinter.Line($"        {problem}");
        }
        LabPrinter.Line($"{good} passed, {labs.Length - good} failed");
        return good == labs.Length ? 0 : 1;
    }
}
