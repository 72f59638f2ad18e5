using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Displays;

/// <summary>What cells of this kit's own sessions have in scope; other kernels bring their own.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value in the running cell's output, here and now.</summary>
    /// <param name="value">What to show; null is shown as such.</param>
    /// <returns>A handle to show another value in its place.</returns>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayedValue Display<T>(this T value)
    {
        var run = CellRun.Current
            ?? throw new InvalidOperationException("Display() shows values in a notebook's cell; no cell is running here.");
        var shown = new DisplayedValue(run, Guid.NewGuid().ToString("N"));
        run.Emit(new DisplayEvent(Bundles.Of(value), shown.Id));
        return shown;
    }

    /// <summary>Takes away what the running cell has given out so far.</summary>
    /// <param name="wait">Whether it stays until something new comes, which does not flicker.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static void ClearOutput(bool wait = false)
    {
        var run = CellRun.Current
            ?? throw new InvalidOperationException("ClearOutput() clears a notebook's cell; no cell is running here.");
        run.Emit(new ClearEvent(wait));
    }
}
