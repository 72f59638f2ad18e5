using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    /// <summary>Room above each picture for its title, in pixels and, where pictures are large, in picture heights.</summary>
    private const double TitleHeight = 21;
    private const double TitleRoom = 0.3;

    private const double Gap = 0.12;
    private const int MostImages = 200;

    /// <summary>Draws grey pictures in a grid; the greatest value of all is black, as ink on paper.</summary>
    /// <param name="images">Pictures, <c>[N, H, W]</c> or <c>[N, 1, H, W]</c>, of any range.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="titles">A text above each picture.</param>
    /// <param name="correct">Whether each is right: a green frame and ✓, or a red frame and ✗.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Another shape, more than 200 pictures, other numbers of titles, or no caption.</exception>
    public static Figure Images(
        Numbers images, string caption, IReadOnlyList<string>? titles = null, IReadOnlyList<bool>? correct = null,
        int columns = 8, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (count, height, width) = images.Shape switch
        {
            [> 0 and var n, > 0 and var h, > 0 and var w] => ((int)n, (int)h, (int)w),
            [> 0 and var n, 1, > 0 and var h, > 0 and var w] => ((int)n, (int)h, (int)w),
            _ => throw images.BadShape(nameof(images), "[N, H, W] or [N, 1, H, W], no side 0"),
        };
        if (count > MostImages)
            throw new ArgumentException($"A figure shows at most {MostImages} pictures, got {count}: slice the batch.", nameof(images));
        Count(titles?.Count, count, nameof(titles), "picture");
        Count(correct?.Count, count, nameof(correct), "picture");
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);

        columns = Math.Min(columns, count);
        var rows = (count + columns - 1) / columns;
        var tall = (double)height / width;
        var across = columns * (1 + Gap);
        var canvas = new Canvas("", "", title);
        var side = Math.Min((canvas.Width - 32) / (across + Gap), 110);
        var above = titles is null && correct is null ? 0 : Math.Max(TitleRoom, TitleHeight / side);
        var down = rows * (tall + Gap + above);
        canvas.HideAxes([-Gap, across], [down, -Gap / 2]);
        canvas.Height = (int)((down + Gap / 2) * side) + canvas.TopMargin + 8;
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (i % columns * (1 + Gap), i / columns * (tall + Gap + above) + above);
            Picture(canvas, Ink(images.Flat, i, height * width), width, height, x, y, tall, correct?[i]);
            Heading(canvas, titles?[i], correct?[i], x, y);
        }
        return canvas.ToFigure(caption);
    }

    /// <summary>Draws grey pictures with their class, and for a wrong prediction both classes.</summary>
    /// <param name="images">Pictures, <c>[N, H, W]</c> or <c>[N, 1, H, W]</c>.</param>
    /// <param name="targets">True classes, <c>[N]</c>.</param>
    /// <param name="predictions">Predicted classes, <c>[N]</c>.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="classes">The classes' names; their numbers when absent.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Shapes that do not agree, a class without a name, or no caption.</exception>
    public static Figure Predictions(
        Numbers images, Numbers targets, Numbers predictions, string caption, IReadOnlyList<string>? classes = null,
        int columns = 8, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(predictions);
        var (truth, guess) = (targets.Vector(nameof(targets)), predictions.Vector(nameof(predictions)));
        if (truth.Length != guess.Length)
            throw predictions.BadShape(nameof(predictions), $"[{truth.Length}], as targets has");
        string Name(double k) => classes is null
            ? Label.Number(k)
            : k >= 0 && k < classes.Count ? classes[(int)k] : throw new ArgumentException($"classes has no name for class {k}.", nameof(classes));
        return Images(
            images, caption, [.. truth.Zip(guess, (t, g) => t == g ? Name(t) : $"{Name(g)}, is {Name(t)}")],
            [.. truth.Zip(guess, (t, g) => t == g)], columns, title);
    }

    private static byte[] Ink(double[] all, int index, int size)
    {
        var finite = all.Where(double.IsFinite).DefaultIfEmpty();
        var (low, high) = (finite.Min(), finite.Max());
        var span = high > low ? high - low : 1;
        var pixels = all.AsSpan(index * size, size);
        var ink = new byte[size];
        for (var i = 0; i < size; i++)
            ink[i] = (byte)(255 - Math.Round(255 * (double.IsFinite(pixels[i]) ? (pixels[i] - low) / span : 0.5)));
        return ink;
    }

    private static void Picture(
        Canvas canvas, byte[] ink, int width, int height, double x, double y, double tall, bool? correct)
    {
        var samples = ink.Length / (width * height);                            // 1: grey, 3: red, green, blue
        // Enlarged beforehand, so that browsers show sharp pixels instead of a blur.
        var zoom = Math.Clamp(224 / Math.Max(width, height), 1, 8);
        var large = new byte[ink.Length * zoom * zoom];
        for (var i = 0; i < large.Length; i++)
        {
            var (pixel, sample) = Math.DivRem(i, samples);
            large[i] = ink[(pixel / (width * zoom) / zoom * width + pixel % (width * zoom) / zoom) * samples + sample];
        }
        canvas.Image(SmallPng.DataUri(large, width * zoom, height * zoom), x, y, 1, tall);
        var color = correct switch { true => Palette.Right, false => Palette.Wrong, null => "#b0b0b0" };
        canvas.Shape(("type", "rect"), ("xref", "x"), ("yref", "y"), ("x0", x), ("x1", x + 1), ("y0", y), ("y1", y + tall),
            ("line", Props.Of(("color", color), ("width", correct is null ? 1 : 2.5))));
    }

    private static void Heading(Canvas canvas, string? text, bool? correct, double x, double y)
    {
        var sign = correct switch { true => "✓ ", false => "✗ ", null => "" };
        if (text is null && sign == "")
            return;
        var color = correct switch { true => Palette.Right, false => Palette.Wrong, null => Palette.Ink };
        canvas.Annotate(("x", x + 0.5), ("y", y), ("yanchor", "bottom"), ("text", sign + Label.Escape(text ?? "")),
            ("font", Props.Of(("size", 13), ("color", color))));
    }
}
