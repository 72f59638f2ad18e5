using Lab.Plots.Drawing;
using Lab.Plots.Script;
using Lab.Shared;
using Microsoft.FSharp.Collections;
using Plotly.NET;

namespace Lab.Plots;

/// <summary>A Plotly.NET chart with a caption that says what to see in it.</summary>
/// <remarks>
/// Made by the methods of <see cref="Plot"/>, or from any Plotly.NET chart. It shows itself as a trailing expression
/// of a notebook cell; its charts need no network.
/// </remarks>
[TypeFormatterSource(typeof(FigureFormatters), PreferredMimeTypes = ["text/html"])]
public sealed partial class Figure
{
    /// <summary>The usual width, in pixels.</summary>
    public const int DefaultWidth = 700;

    /// <summary>The usual height without the caption, in pixels.</summary>
    public const int DefaultHeight = 400;

    /// <summary>Gives a Plotly.NET chart a caption.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="caption">What to see in it, in one or two sentences.</param>
    /// <exception cref="ArgumentException">The caption is empty.</exception>
    public Figure(GenericChart chart, string caption)
        : this([.. GenericChart.getTraces(chart)], GenericChart.getLayout(chart), caption, null)
    {
    }

    internal Figure(IReadOnlyList<Trace> traces, Layout layout, string caption, string? title)
    {
        if (string.IsNullOrWhiteSpace(caption))
            throw new ArgumentException("A figure needs a caption that says what to see in it.", nameof(caption));
        (Traces, Layout, Title) = (traces, layout, title);
        Caption = string.Join(' ', caption.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What to see in the figure, on one line.</summary>
    public string Caption { get; }

    /// <summary>The short title above the chart, if it has one.</summary>
    public string? Title { get; }

    /// <summary>Width in pixels.</summary>
    public int Width => Layout.Get("width") as int? ?? DefaultWidth;

    /// <summary>Height of the chart in pixels, without the caption.</summary>
    public int Height => Layout.Get("height") as int? ?? DefaultHeight;

    /// <summary>The chart, for whatever Plotly.NET can still do with it.</summary>
    public GenericChart Chart => GenericChart.setLayout(Layout, GenericChart.ofTraceObjects(false, ListModule.OfSeq(Traces)));

    internal IReadOnlyList<Trace> Traces { get; }

    internal Layout Layout { get; }

    /// <summary>The figure with its caption inside, as <c>application/vnd.plotly.v1+json</c>: <c>data</c> and <c>layout</c>.</summary>
    public string ToPlotlyJson() => PlotlyJson.Write(Traces, CaptionBelow.AddTo(Layout, Caption, Width, Height));

    /// <summary>The figure as an HTML fragment that needs no network: plotly.js is inside (0.6 MB as a rule).</summary>
    public string ToHtml() => FigureHtml.Write(this);

    /// <summary>The caption, for readers without pictures.</summary>
    public override string ToString() => $"Figure: {Caption}";
}
