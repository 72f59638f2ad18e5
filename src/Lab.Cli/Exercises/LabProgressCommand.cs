using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Lab.Cli.Exercises;

/// <summary><c>lab progress</c>: what is done of every lab.</summary>
internal static class LabProgressCommand
{
    public static Command Create()
    {
        var command = new Command("progress", "Show points, laws and time of every lab; nothing of it leaves this machine.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var store = LabStore.Open();
        var table = Terminal.Table("Lab", "Title", "Difficulty", "Minutes", "Done", "Laws", "Points", "Time");
        var (points, most) = (0, 0);
        foreach (var lab in LabSelection.All())
        {
            var record = store.Of(lab);
            var visible = lab.Exercises.SelectMany(e => e.Laws.Where(l => !l.Hidden)).ToList();
            var got = record.Points.Values.Sum();
            points += got;
            most += visible.Sum(l => l.Points);
            table.AddRow(
                lab.Lab, lab.Title, $"{lab.Difficulty}", $"{lab.Minutes}", $"{lab.Exercises.Count(e => store.IsSolved(lab, e))} of {lab.Exercises.Count}",
                $"{record.Points.Count(p => p.Value > 0)} of {visible.Count}", $"{got} of {visible.Sum(l => l.Points)}", Time(record));
        }
        Terminal.Out.Write(table);
        LabPrinter.Line($"{points} of {most} points of visible laws. `lab start NN` begins a lab, `lab submit-check NN` tries the hidden laws too.");
        return 0;
    }

    /// <summary>From the start to the last check, or to the first time that all laws held.</summary>
    private static string Time(LabRecord record) => record.Started is not { } started ? "" : ((record.Solved ?? record.Checked ?? started) - started) switch
    {
        { TotalMinutes: < 1 } => "started",
        { TotalHours: < 10 } time => time.ToString(@"h\:mm", CultureInfo.InvariantCulture),
        var time => $"{time.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)} days",
    };
}
