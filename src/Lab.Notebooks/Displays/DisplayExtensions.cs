using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Displays;

/// <summary>What cells of this kit's own sessions have in scope; other kernels bring their own.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value in the running cell's output, here and now.</summary>
    /// <param name="value">What to show; null is shown as such.</param>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static void Display<T>(this T value)
    {
        var run = CellRun.Current
            ?? throw new InvalidOperationException("Display() shows values in a notebook's cell; no cell is running here.");
        run.Emit(new DisplayEvent(Bundles.Of(value)));
    }
}
