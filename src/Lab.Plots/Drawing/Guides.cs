namespace Lab.Plots.Drawing;

/// <summary>Draws guides and notes over a chart.</summary>
internal static class Guides
{
    private const string Backdrop = "rgba(255,255,255,0.88)";

    public static void Add(this Canvas canvas, IReadOnlyList<Guide>? guides, IReadOnlyList<Note>? notes)
    {
        foreach (var guide in guides ?? [])
        {
            if (guide.IsVertical)
                Vertical(canvas, guide, canvas.TopRows++);
            else
                Horizontal(canvas, guide);
        }
        foreach (var note in notes ?? [])
            Point(canvas, note);
    }

    private static void Vertical(Canvas canvas, Guide guide, int rank)
    {
        canvas.Shape(("type", "line"), ("xref", "x"), ("yref", "y domain"),
            ("x0", guide.Value), ("x1", guide.Value), ("y0", 0), ("y1", 1), ("line", Line));
        canvas.Annotate(("xref", "x"), ("x", canvas.X.AnnotationAt(guide.Value)), ("yref", "y domain"), ("y", 1 - Canvas.TextRow * rank),
            ("yanchor", "top"), ("text", Label.Escape(guide.Text)), ("bgcolor", Backdrop), ("font", Small));
    }

    private static void Horizontal(Canvas canvas, Guide guide)
    {
        canvas.Shape(("type", "line"), ("xref", "x domain"), ("yref", "y"),
            ("x0", 0), ("x1", 1), ("y0", guide.Value), ("y1", guide.Value), ("line", Line));
        canvas.Annotate(("xref", "x domain"), ("x", 1), ("xanchor", "right"), ("yref", "y"), ("y", canvas.Y.AnnotationAt(guide.Value)),
            ("yanchor", "bottom"), ("text", Label.Escape(guide.Text)), ("bgcolor", Backdrop), ("font", Small));
    }

    private static void Point(Canvas canvas, Note note)
    {
        if (!canvas.X.CanShow(note.X) || !canvas.Y.CanShow(note.Y))
            throw new ArgumentException($"The note '{note.Text}' lies at ({note.X}, {note.Y}), which these axes cannot show.");
        canvas.Annotate(("x", canvas.X.AnnotationAt(note.X)), ("y", canvas.Y.AnnotationAt(note.Y)), ("text", Label.Escape(note.Text)),
            ("showarrow", true), ("arrowhead", 2), ("arrowsize", 0.9), ("arrowwidth", 1.2), ("arrowcolor", Palette.Muted),
            ("ax", 0), ("ay", -38), ("bgcolor", Backdrop), ("font", Small));
    }

    private static DynamicObj.DynamicObj Line => Props.Of(("color", Palette.Muted), ("width", 1.3), ("dash", "dot"));

    private static DynamicObj.DynamicObj Small => Props.Of(("size", 13), ("color", Palette.Ink));
}
