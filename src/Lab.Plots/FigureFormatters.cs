using Lab.Shared;

namespace Lab.Plots;

/// <summary>How a notebook kernel shows a <see cref="Figure"/>.</summary>
internal sealed class FigureFormatters
{
    private readonly object[] formatters =
    [
        new TypeFormatter<Figure>("text/html", figure => figure.ToHtml()),
        new TypeFormatter<Figure>("application/vnd.plotly.v1+json", figure => figure.ToPlotlyJson()),
        new TypeFormatter<Figure>("text/plain", figure => figure.ToString()),
    ];

    /// <summary>Called by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() => formatters;
}
