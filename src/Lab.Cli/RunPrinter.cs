using System.Globalization;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Prints what went wrong, then the summary table.</summary>
internal static class RunPrinter
{
    public static void Print(IReadOnlyList<RunOutcome> outcomes)
    {
        foreach (var outcome in outcomes.Where(outcome => outcome.Details.Count > 0))
        {
            Console.WriteLine();
            // One notebook and cell in one line, for whoever searches a log.
            Console.WriteLine($"{outcome.Name}, {outcome.Details[0]}");
            foreach (var line in outcome.Details.Skip(1))
                Console.WriteLine($"  {line}");
        }
        foreach (var outcome in outcomes)
        {
            foreach (var note in outcome.Notes)
                Console.WriteLine($"note: {outcome.Name}: {note}");
        }

        Console.WriteLine();
        var table = Terminal.Table("Notebook", "Cells", "Time", "Result");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        foreach (var outcome in outcomes)
        {
            var color = outcome.Passed ? "green" : "red";
            table.AddRow(
                Markup.Escape(outcome.Name),
                outcome.CellsRun == outcome.Cells ? $"{outcome.Cells}" : $"{outcome.CellsRun} of {outcome.Cells}",
                outcome.Elapsed.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture),
                $"[{color}]{Markup.Escape(outcome.Result)}[/]");
        }
        Terminal.Out.Write(table);
        var failed = outcomes.Count(outcome => !outcome.Passed);
        Console.WriteLine($"{outcomes.Count - failed} passed, {failed} failed");
    }
}
