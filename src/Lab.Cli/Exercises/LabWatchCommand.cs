using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;

namespace Lab.Cli.Exercises;

/// <summary><c>lab watch</c>: checks whenever the file is saved, and goes on to the next exercise when one is done.</summary>
internal static class LabWatchCommand
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var name = new Argument<string?>("lab") { Description = "Its number (02) or name; the one started last when left out.", Arity = ArgumentArity.ZeroOrOne };
        var once = new Option<bool>("--once") { Description = "Check once, as after a save, and end.", Hidden = true };
        var command = new Command("watch", "Check a lab whenever you save its file, one exercise after the other.") { name, once };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(name), parsed.GetValue(once), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? name, bool once, CancellationToken cancel)
    {
        var store = LabStore.Open();
        var lab = LabSelection.Find(name, store);
        LabSelection.File(lab);
        store.Start(lab);
        await using var grader = new Grader();
        grader.WarmUp();
        for (var seen = ""; ;)
        {
            var state = State(lab);
            if (state != seen)
            {
                seen = await SettledAsync(lab, cancel);
                await CheckAsync(grader, lab, store, cancel);
            }
            if (once)
                return 0;
            switch (Key())
            {
                case 'q':
                    return 0;
                case 'h':
                    Hint(lab, store);
                    break;
                case 'a':
                    Clear();
                    await LabChecks.RunAsync(grader, lab, store, new GradeOptions { Hidden = false }, false, cancel);
                    Footer(lab);
                    break;
            }
            await Task.Delay(pause, cancel);
        }
    }

    /// <summary>Checks the exercise at hand, and those after it as long as they hold.</summary>
    private static async Task CheckAsync(Grader grader, LabManifest lab, LabStore store, CancellationToken cancel)
    {
        Clear();
        LabPrinter.Title(lab, LabSelection.Shown(lab.StudentFile));
        var watch = Stopwatch.StartNew();
        foreach (var exercise in Order(lab, store))
        {
            var report = await LabChecks.GradeAsync(grader, lab, new GradeOptions { Hidden = false, Exercises = [exercise.Name] }, cancel);
            store.Keep(lab, report);
            LabPrinter.Print(lab, report, false, law => CounterexamplePage.Write(lab, law, store.Folder));
            if (report.Status != SubmissionStatus.Graded || report.Points < report.MaxPoints)
                break;
        }
        LabPrinter.Line("");
        var done = lab.Exercises.Count(e => store.IsSolved(lab, e));
        var next = lab.Exercises.FirstOrDefault(e => !store.IsSolved(lab, e));
        LabPrinter.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{done} of {lab.Exercises.Count} exercises done{(next is null ? $": try `lab submit-check {lab.Lab}`" : $", next: {next.Name}")}. Checked in {watch.Elapsed.TotalSeconds:F1} s."));
        Footer(lab);
    }

    /// <summary>The first exercise that is not done, then those behind it; all, where all are done.</summary>
    private static IEnumerable<ExerciseManifest> Order(LabManifest lab, LabStore store)
    {
        var first = lab.Exercises.TakeWhile(e => store.IsSolved(lab, e)).Count();
        return first == lab.Exercises.Count ? lab.Exercises : lab.Exercises.Skip(first);
    }

    private static void Hint(LabManifest lab, LabStore store)
    {
        if (lab.Exercises.FirstOrDefault(e => !store.IsSolved(lab, e)) is not { } exercise)
            return;
        var seen = Math.Min(store.Of(lab).Hints.GetValueOrDefault(exercise.Name) + 1, exercise.Hints.Count);
        store.SeeHint(lab, exercise, seen);
        LabPrinter.Line($"{exercise.Name}, hint {seen} of {exercise.Hints.Count}: {exercise.Hints[seen - 1]}");
    }

    private static void Footer(LabManifest lab) => LabPrinter.Line(Terminal.Live && !Console.IsInputRedirected
        ? $"Save {Path.GetFileName(lab.StudentFile)} to check again. h: hint, a: all exercises, q: quit"
        : $"Waiting for {LabSelection.Shown(lab.StudentFile)} to be saved; Ctrl+C ends.");

    /// <summary>Waits until an editor has written the whole file.</summary>
    private static async Task<string> SettledAsync(LabManifest lab, CancellationToken cancel)
    {
        for (var state = State(lab); ;)
        {
            await Task.Delay(pause, cancel);
            var now = State(lab);
            if (now == state && now.Length > 0)
                return now;
            state = now;
        }
    }

    /// <summary>Size and time of the file; empty while it is not there.</summary>
    private static string State(LabManifest lab)
    {
        var file = new FileInfo(lab.StudentFile);
        return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "";
    }

    private static char Key() => Terminal.Live && !Console.IsInputRedirected && Console.KeyAvailable ? char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar) : '\0';

    private static void Clear()
    {
        if (Terminal.Live && !Console.IsInputRedirected)
            Spectre.Console.AnsiConsoleExtensions.Clear(Terminal.Out);
    }
}
