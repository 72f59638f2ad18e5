namespace Lab.Plots;

/// <summary>A loop's progress where displays cannot be updated: on one line of a terminal, or in few lines elsewhere.</summary>
internal static class ProgressLines
{
    private const int Width = 24;

    private static readonly TimeSpan betweenLines = TimeSpan.FromSeconds(10);

    private static TimeSpan written;

    public static void Write(ProgressBar bar, TimeSpan elapsed, bool isLast)
    {
        if (!Console.IsOutputRedirected)
        {
            var full = bar.Total > 0 ? bar.Done * Width / bar.Total : Width;
            Console.Write($"\r[{new string('#', full)}{new string('.', Width - full)}] {bar}    {(isLast ? "\n" : "")}");
            return;
        }
        if (bar.Done == 0)
            written = TimeSpan.Zero;
        if (!isLast && elapsed - written < betweenLines)
            return;
        written = elapsed;
        Console.WriteLine(bar.ToString());
    }
}
