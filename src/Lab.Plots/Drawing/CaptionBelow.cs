using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>Puts a caption inside a chart, below its axes, for pictures that travel without their page.</summary>
internal static class CaptionBelow
{
    private const int DefaultBottomMargin = 80;
    private const int LineHeight = 18;

    public static Layout AddTo(Layout layout, string caption, int width, int height)
    {
        var margin = layout.Get("margin") as DynamicObj.DynamicObj;
        var (left, bottom) = (Pixels(margin, "l", 80), Pixels(margin, "b", DefaultBottomMargin));
        var lines = Label.Wrap(caption, (int)((width - 24) / 6.2));
        var room = lines.Count * LineHeight + 16;
        var annotation = Props.Of(
            ("xref", "paper"), ("x", 0), ("xanchor", "left"), ("xshift", 12 - left),
            ("yref", "paper"), ("y", 0), ("yanchor", "bottom"), ("yshift", -(bottom + room - 4)),
            ("showarrow", false), ("align", "left"), ("text", string.Join("<br>", lines.Select(Label.Escape))),
            ("font", Props.Of(("size", 13.5), ("color", Palette.Ink))));

        return layout.CopyTo(new Layout()).With(
            ("height", height + room),
            ("margin", (margin?.CopyTo(new DynamicObj.DynamicObj()) ?? new()).With(("b", bottom + room))),
            ("annotations", layout.Items("annotations").Append(annotation).ToList()));
    }

    private static int Pixels(DynamicObj.DynamicObj? margin, string side, int otherwise) =>
        margin?.Get(side) as int? ?? otherwise;
}
