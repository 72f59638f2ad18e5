using System.Globalization;
using Lab.Bench;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>Prints what a bench found, as a table of ratios.</summary>
internal static class BenchPrinter
{
    public static void Print(BenchReport report)
    {
        if (report.Rows.Count > 0)
            PrintOps(report);
        if (report.Starts.Count > 0)
            PrintStarts(report.Starts);
        if (report.Quick)
            Terminal.Out.WriteLine("These sizes are small, and the laps few: the numbers say little about speed.");
        if (report.Rows.Count > 0 && report.WithoutPython is not null)
            Terminal.Out.WriteLine($"Without Python: {report.WithoutPython}");
        if (report.WithoutStarts is not null)
            Terminal.Out.WriteLine($"Starts of kernels: {report.WithoutStarts}");
        if (report.Memory is { } memory)
            Terminal.Out.WriteLine(memory.ToString());
        Terminal.Out.WriteLine(report.Machine.ToString());
    }

    private static void PrintStarts(IReadOnlyList<StartRow> starts)
    {
        var table = Terminal.Table("Kernel", "s", "Python's kernel, s", "kit / Python");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        foreach (var row in starts)
            table.AddRow(row.What, Seconds(row.Ours), row.Python is { } p ? Seconds(p) : "", row.ToPython is { } ratio ? Ratio(ratio) : "");
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine("Seconds from the start of the process to the answer; of a completion alone. Shortest, median.");

        static string Seconds(Seconds time) => $"{Fraction(time.Minimum)}, {Fraction(time.Median)}";
    }

    private static void PrintOps(BenchReport report)
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
    }

    private static string Span(Timing timing) => $"{Milliseconds(timing.Minimum)}, {Milliseconds(timing.Median)}";

    private static string Both(Ratio ratio) => $"{Ratio(ratio.Minimum)}, {Ratio(ratio.Median)}";

    private static string Milliseconds(double value) =>
        value.ToString(value < 1 ? "0.000" : value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Fraction(double seconds) => seconds.ToString(seconds < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
