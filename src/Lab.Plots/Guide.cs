namespace Lab.Plots;

/// <summary>A thin labelled line across the whole plot at one value, such as a limit or the level of chance.</summary>
public sealed record Guide
{
    private Guide(double value, string text, bool isVertical) =>
        (Value, Text, IsVertical) = (double.IsFinite(value)
            ? value
            : throw new ArgumentException($"A guide needs a finite value, got {value}.", nameof(value)), text, isVertical);

    /// <summary>Where the line lies.</summary>
    public double Value { get; }

    /// <summary>What it says.</summary>
    public string Text { get; }

    /// <summary>Whether it marks a value of the horizontal axis.</summary>
    public bool IsVertical { get; }

    /// <summary>A vertical line at a value of the horizontal axis.</summary>
    public static Guide Vertical(double x, string text) => new(x, text, true);

    /// <summary>A horizontal line at a value of the vertical axis.</summary>
    public static Guide Horizontal(double y, string text) => new(y, text, false);
}

/// <summary>A short text with an arrow to a point of the plot.</summary>
/// <param name="X">The point's horizontal value.</param>
/// <param name="Y">The point's vertical value.</param>
/// <param name="Text">What it says.</param>
public sealed record Note(double X, double Y, string Text);
