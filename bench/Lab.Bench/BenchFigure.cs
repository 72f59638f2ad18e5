using Lab.Plots;

namespace Lab.Bench;

/// <summary>Draws a bench: how many times as long as the others the kit's ops take.</summary>
public static class BenchFigure
{
    /// <summary>Two panels or one: against the library op, and against PyTorch in Python.</summary>
    public static Figure Of(BenchReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rows = report.Rows.Where(row => row.RunsByItself).ToList();
        var works = rows.Select(row => (row.Op, row.Size)).Distinct().ToList();
        List<Figure> panels = [Panel("the library op", row => row.ToLibrary.Minimum)];
        if (rows.All(row => row.ToPython is not null))
            panels.Add(Panel("PyTorch in Python", row => row.ToPython!.Minimum));
        return Figure.Grid(
            panels, "Time of the kit's op, forward and backward, in units of the other's; shorter is faster, and below 1 the kit "
            + $"is the faster one. Fastest of many laps taken in turns. {report.Machine}.", columns: 1, panelHeight: 300);

        Figure Panel(string other, Func<BenchRow, double> ratio) => Plot.Bars(
            [.. works.Select(w => $"{w.Op} {w.Size.Replace(" x ", "×")}")],
            [.. rows.Select(row => row.Threads).Distinct().Select(threads => new Series(
                threads == 1 ? "1 thread" : $"{threads} threads",
                works.Select(w => rows.Where(r => r.Threads == threads && (r.Op, r.Size) == w).Select(ratio).First()).ToArray()))],
            "Ratios.", "", new Axis("kit / other") { Min = 0, Max = 1.15 * Math.Max(1, rows.Max(ratio)) },
            [Guide.Horizontal(1, "")], title: $"The kit against {other}", digits: 2);
    }
}
