using System.ComponentModel;
using System.Diagnostics;

namespace Lab.Plots;

/// <summary>
/// Shows how far a loop is: <c>foreach (var step in Progress.Over(100, "training"))</c>. In this kit's kernel a bar moves
/// in the cell's output; in a terminal it moves on its line; elsewhere a line says now and then how far it is.
/// </summary>
public static class Progress
{
    private static readonly TimeSpan betweenUpdates = TimeSpan.FromMilliseconds(100);

    private static readonly AsyncLocal<Run?> current = new();

    /// <summary>
    /// Shows a bar in the running cell and returns what shows the next in its place; null where no cell runs. A session
    /// that can update displays sets it; cells have no use for it.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Func<ProgressBar, Action<ProgressBar>?>? Display { get; set; }

    /// <summary>The numbers from 0 to <paramref name="count"/> - 1, shown as they are taken.</summary>
    /// <param name="count">How many; not negative.</param>
    /// <param name="what">What is done, such as <c>training</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static IEnumerable<int> Over(int count, string what = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Over(Enumerable.Range(0, count), count, what);
    }

    /// <summary>The items, shown as they are taken.</summary>
    /// <param name="items">The items.</param>
    /// <param name="what">What is done, such as <c>training</c>.</param>
    public static IEnumerable<T> Over<T>(IReadOnlyCollection<T> items, string what = "")
    {
        ArgumentNullException.ThrowIfNull(items);
        return Over(items, items.Count, what);
    }

    /// <summary>Writes something beside the bar of the running loop, such as its loss; nothing where no such loop runs.</summary>
    /// <param name="note">What to write; the next note takes its place.</param>
    public static void Note(string note)
    {
        if (current.Value is { } run)
            run.Note = note;
    }

    private static IEnumerable<T> Over<T>(IEnumerable<T> items, int total, string what)
    {
        var outer = current.Value;
        var run = new Run(total, what);
        run.Show(done: 0);
        var done = 0;
        try
        {
            foreach (var item in items)
            {
                current.Value = run;
                yield return item;
                run.Advance(++done);
            }
        }
        finally
        {
            run.Show(done, isLast: true);
            current.Value = outer;
        }
    }

    private sealed class Run(int total, string what)
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private Action<ProgressBar>? update;
        private TimeSpan shown;
        private bool isShown;

        public string Note { get; set; } = "";

        public void Advance(int done)
        {
            if (clock.Elapsed - shown >= betweenUpdates)
                Show(done);
        }

        public void Show(int done, bool isLast = false)
        {
            shown = clock.Elapsed;
            // How long it took is not part of the last bar: saved outputs must not differ from run to run.
            var rest = done > 0 && !isLast ? TimeSpan.FromSeconds(clock.Elapsed.TotalSeconds / done * (total - done)) : (TimeSpan?)null;
            var bar = new ProgressBar(what, done, total, Note, rest);
            if (update is not null)
                update(bar);
            else if (isShown || (update = Display?.Invoke(bar)) is null)
                ProgressLines.Write(bar, clock.Elapsed, isLast);
            isShown = true;
        }
    }
}
