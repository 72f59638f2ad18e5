using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Displays;

/// <summary>A value that a cell shows, and may replace by another: <c>var shown = a.Display(); shown.Update(b);</c></summary>
public sealed class DisplayedValue
{
    private readonly CellRun run;

    internal DisplayedValue(CellRun run, string id)
    {
        this.run = run;
        Id = id;
    }

    /// <summary>What front ends call the display.</summary>
    public string Id { get; }

    /// <summary>Shows another value in the place of the former, also from a later cell.</summary>
    /// <param name="value">What to show; null is shown as such.</param>
    public void Update(object? value) => (run.IsClosed ? CellRun.Current : run)?.Emit(new UpdateEvent(Id, Bundles.Of(value)));
}
