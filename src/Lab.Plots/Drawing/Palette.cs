namespace Lab.Plots.Drawing;

/// <summary>
/// Colours that colour-blind readers can tell apart (Okabe and Ito 2008), each with a dash, a marker and a hatching
/// of its own, so that a black-and-white print can be read too.
/// </summary>
internal static class Palette
{
    public const string Ink = "#1a1a1a";
    public const string Muted = "#5f5f5f";
    public const string GridLine = "#e4e4e4";
    public const string Right = "#00785a";
    public const string Wrong = "#c24a00";

    private static readonly string[] colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#1a1a1a"];
    private static readonly string[] textColors = ["#005f94", "#a84700", "#00684c", "#96467a", "#8a6000", "#0f6a9c", "#1a1a1a"];
    private static readonly string[] regions =
        ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#7a3b8f", "#8c6d31", "#b5cf6b", "#393b79", "#ad494a"];
    private static readonly string[] dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
    // Ten, not seven as the colours are: the eighth series has the first one's colour, but a marker of its own.
    private static readonly string[] symbols = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down", "pentagon", "hexagram"];
    private static readonly string[] hatches = ["", "/", "x", ".", "-", "\\", "+"];

    /// <summary>Zero is white; negative values turn orange, positive ones blue.</summary>
    public static readonly object[][] Diverging = Scale("#a84300", "#D55E00", "#f6c6a3", "#ffffff", "#a9d3ec", "#0072B2", "#00466e");

    /// <summary>The least value is white, the greatest dark blue.</summary>
    public static readonly object[][] Sequential = Scale("#ffffff", "#c6e2f3", "#6fb6de", "#0072B2", "#003d61");

    /// <summary>From blue over grey to yellow (Cividis), for a quantity along a path.</summary>
    public static readonly object[][] Path = Scale("#00306f", "#39486b", "#6b6c71", "#8c8878", "#b8a970", "#e0c73f");

    public static string Color(int index) => colors[index % colors.Length];

    /// <summary>Colours of regions laid over pictures: those of <see cref="Color"/> without black, then lighter and darker ones.</summary>
    public static string Region(int index) => regions[index % regions.Length];

    /// <summary>Red, green and blue of a colour, 0 to 255.</summary>
    public static (double R, double G, double B) Channels(string color) =>
        Convert.FromHexString(color.AsSpan(1)) is [var r, var g, var b] ? (r, g, b) : default;

    /// <summary>The colour at a share of a scale.</summary>
    public static (double R, double G, double B) At(object[][] scale, double share)
    {
        var place = Math.Clamp(share, 0, 1) * (scale.Length - 1);
        var stop = Math.Min((int)place, scale.Length - 2);
        var (low, high, t) = (Channels((string)scale[stop][1]), Channels((string)scale[stop + 1][1]), place - stop);
        return (low.R + t * (high.R - low.R), low.G + t * (high.G - low.G), low.B + t * (high.B - low.B));
    }

    /// <summary>The colour, dark enough for small text on white.</summary>
    public static string TextColor(int index) => textColors[index % textColors.Length];

    public static string Dash(int index) => dashes[index % dashes.Length];

    public static string Symbol(int index) => symbols[index % symbols.Length];

    public static string Hatch(int index) => hatches[index % hatches.Length];

    /// <summary>The colour, see-through.</summary>
    public static string Faint(string color, double opacity)
    {
        var rgb = Convert.FromHexString(color.AsSpan(1));
        return FormattableString.Invariant($"rgba({rgb[0]},{rgb[1]},{rgb[2]},{opacity})");
    }

    /// <summary>Black or white, whichever stands out more on the colour at this share of a scale.</summary>
    public static string InkOn(object[][] scale, double share)
    {
        var place = Math.Clamp(share, 0, 1) * (scale.Length - 1);
        var stop = Math.Min((int)place, scale.Length - 2);
        var (low, high) = (Rgb((string)scale[stop][1]), Rgb((string)scale[stop + 1][1]));
        var color = low.Zip(high, (a, b) => a + (b - a) * (place - stop)).ToArray();
        // Relative luminance and contrast of WCAG 2: both inks contrast alike at 0.18.
        var luminance = 0.2126 * Linear(color[0]) + 0.7152 * Linear(color[1]) + 0.0722 * Linear(color[2]);
        return luminance > 0.18 ? Ink : "#ffffff";
    }

    private static double[] Rgb(string color) => [.. Convert.FromHexString(color.AsSpan(1)).Select(part => part / 255.0)];

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);

    private static object[][] Scale(params string[] stops) =>
        [.. stops.Select((color, i) => new object[] { (double)i / (stops.Length - 1), color })];
}
