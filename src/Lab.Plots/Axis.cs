namespace Lab.Plots;

/// <summary>One axis: what it measures, in which unit, and how it is scaled. A plain string is a title.</summary>
/// <param name="Title">What is measured, such as <c>loss</c>.</param>
/// <param name="Unit">Its unit, such as <c>nats</c>, shown in parentheses.</param>
public sealed record Axis(string Title, string? Unit = null)
{
    /// <summary>Whether the scale is logarithmic (base 10).</summary>
    public bool Log { get; init; }

    /// <summary>The least value shown; chosen from the data when absent.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest value shown; chosen from the data when absent.</summary>
    public double? Max { get; init; }

    /// <summary>Uses a string as the title.</summary>
    public static implicit operator Axis(string title) => new(title);

    internal string Label => Unit is null ? Title : $"{Title} ({Unit})";

    /// <summary>Where an annotation lies: plotly.js wants the exponent on logarithmic axes there, though not in shapes.</summary>
    internal double AnnotationAt(double value) => Log ? Math.Log10(value) : value;

    internal bool CanShow(double value) => double.IsFinite(value) && (!Log || value > 0);
}
