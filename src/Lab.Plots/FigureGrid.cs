using Lab.Plots.Drawing;

namespace Lab.Plots;

public sealed partial class Figure
{
    /// <summary>The width of a grid, in pixels: the width of a page on GitHub.</summary>
    public const int GridWidth = 780;

    /// <summary>Puts figures side by side under one caption.</summary>
    /// <param name="panels">The figures; each is headed by its title, or else by its caption.</param>
    /// <param name="caption">What to see in all of them together.</param>
    /// <param name="columns">Panels in a row; chosen when absent.</param>
    /// <param name="title">A short title above all.</param>
    /// <param name="panelHeight">The height of each panel, in pixels.</param>
    /// <exception cref="ArgumentException">No panels, a panel that is a grid itself or has no plane axes, or no caption.</exception>
    public static Figure Grid(
        IReadOnlyList<Figure> panels, string caption, int? columns = null, string? title = null, int panelHeight = 310)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0)
            throw new ArgumentException("A grid needs at least one panel, got none.", nameof(panels));
        if (columns < 1)
            throw new ArgumentOutOfRangeException(nameof(columns), columns, "A grid needs at least one column.");
        return new GridLayout(panels, columns ?? Math.Min(panels.Count, 3), title, panelHeight).ToFigure(caption);
    }
}
