using System.Globalization;
using Lab.Bench;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Prints what a bench found, as a table of ratios.</summary>
internal static class BenchPrinter
{
    public static void Print(BenchReport report)
    {
        var python = report.WithoutPython is null;
        string[] headings = ["Op", "Form", "Size", "Threads", "ms", "library ms", "kit / library", "forward", "backward"];
        var table = Terminal.Table([.. headings, .. python ? new[] { "Python ms", "kit / Python" } : []]);
        foreach (var column in table.Columns.Skip(3))
            column.RightAligned();
        foreach (var row in report.Rows)
        {
            string[] cells =
            [
                row.Op, row.Form, row.Size, Number(row.Threads), Span(row.Ours), Span(row.Library), Both(row.ToLibrary),
                Ratio(row.ToLibrary.Forward), Ratio(row.ToLibrary.Backward),
            ];
            table.AddRow([.. cells, .. row.Python is { } p ? new[] { Span(p), Both(row.ToPython!) } : []]);
        }
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine("Forward and backward of one call: fastest, median. A ratio below 1: the kit is faster.");
        if (report.Quick)
            Terminal.Out.WriteLine("These sizes are small, and the laps few: the numbers say little about speed.");
        if (!python)
            Terminal.Out.WriteLine($"Without Python: {report.WithoutPython}");
        Terminal.Out.WriteLine(report.Machine.ToString());
    }

    private static string Span(Timing timing) => $"{Milliseconds(timing.Minimum)}, {Milliseconds(timing.Median)}";

    private static string Both(Ratio ratio) => $"{Ratio(ratio.Minimum)}, {Ratio(ratio.Median)}";

    private static string Milliseconds(double value) =>
        value.ToString(value < 1 ? "0.000" : value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
