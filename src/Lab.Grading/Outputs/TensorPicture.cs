using System.Globalization;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Outputs;

/// <summary>Draws what a method gave beside what it should have given, as two maps in one scale of colours.</summary>
public static class TensorPicture
{
    private const int MostRows = 16, MostColumns = 16;

    /// <summary>A figure with both maps: the last two dimensions of the first matrix that differs, as far as there is room.</summary>
    /// <param name="got">What the method gave.</param>
    /// <param name="expected">What it should have given.</param>
    /// <param name="first">Where the two first part: its cell is framed.</param>
    /// <returns>HTML with inline SVG; nothing where the two cannot be drawn side by side.</returns>
    public static string Pair(TensorReport got, TensorReport expected, DifferenceReport? first)
    {
        ArgumentNullException.ThrowIfNull(got);
        ArgumentNullException.ThrowIfNull(expected);
        if (!got.Shape.SequenceEqual(expected.Shape) || got.Values.Count == 0 || got.Values.Count != expected.Values.Count)
            return "";
        var rows = got.Shape.Count >= 2 ? got.Shape[^2] : 1;
        var columns = got.Shape.Count >= 1 ? got.Shape[^1] : 1;
        var size = (int)(rows * columns);
        if (size == 0)
            return "";
        var differs = first is null ? 0 : Flat(first.Index, got.Shape);
        var start = differs / size * size;
        if (start + size > got.Values.Count && start > 0)
            (start, differs) = (0, -1);                        // the numbers of that matrix were not kept
        var finite = got.Values.Concat(expected.Values).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        var scale = finite > 0 ? finite : 1;
        var (shownRows, shownColumns) = ((int)Math.Min(rows, MostRows), (int)Math.Min(columns, MostColumns));
        var cut = shownRows < rows || shownColumns < columns || start + size > got.Values.Count;
        var framed = first is null || differs < 0 ? (-1, -1) : ((int)((differs - start) / columns), (int)((differs - start) % columns));
        string Map(TensorReport tensor) => Svg(tensor, start, (int)columns, shownRows, shownColumns, scale, framed);
        return $"""
            <figure><div class="maps">{Map(got)}{Map(expected)}</div>
            <figcaption>What your method gave, beside what is right{(start > 0 ? $" (matrix {start / size} of the batch)" : "")}{(cut ? "; the first rows and columns" : "")}.
            Blue is positive, orange negative, the darker the further from 0.{(framed.Item1 < 0 ? "" : " The frame marks the first place where they part.")}</figcaption></figure>
            """;
    }

    private static string Svg(
        TensorReport tensor, int start, int columns, int rows, int shownColumns, double scale, (int Row, int Column) framed)
    {
        var (width, height) = (shownColumns <= 8 ? 62 : 36, 26);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"""<svg role="img" aria-label="{tensor.Name}" width="{Math.Max(shownColumns * width + 2, 70)}" height="{rows * height + 24}" font-size="12">""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="1" y="14" font-weight="600" font-size="13">{Plain.Html(tensor.Name)}</text>""");
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < shownColumns; c++)
            {
                var at = start + r * columns + c;
                if (at >= tensor.Values.Count)
                    break;
                var value = tensor.Values[at];
                var (x, y) = (c * width + 1, r * height + 21);
                var (fill, ink) = Colour(value, scale);
                svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" stroke="#d9dde2"/>""");
                svg.Append(CultureInfo.InvariantCulture,
                    $"""<text x="{x + width / 2}" y="{y + 17}" text-anchor="middle" fill="{ink}">{Short(value, shownColumns <= 8 ? 5 : 2)}</text>""");
            }
        }
        if (framed is ( >= 0, >= 0) && framed.Row < rows && framed.Column < shownColumns)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"""<rect x="{framed.Column * width + 1}" y="{framed.Row * height + 21}" width="{width}" height="{height}" fill="none" stroke="#000" stroke-width="2.5"/>""");
        }
        return svg.Append("</svg>").ToString();
    }

    // White at 0, the kit's blue above, its orange below; what is no number is black.
    private static (string Fill, string Ink) Colour(double value, double scale)
    {
        if (double.IsNaN(value))
            return ("#1c2126", "#fff");
        var strength = double.IsInfinity(value) ? 1 : Math.Sqrt(Math.Abs(value) / scale);
        var (r, g, b) = value >= 0 ? (0, 114, 178) : (213, 94, 0);
        int Mix(int full) => (int)Math.Round(255 + (full - 255) * strength);
        return ($"rgb({Mix(r)},{Mix(g)},{Mix(b)})", strength > 0.7 ? "#fff" : "#1c2126");
    }

    private static string Short(double value, int digits) => !double.IsFinite(value) || value == 0
        ? Plain.Number(value)
        : value.ToString($"G{digits}", CultureInfo.InvariantCulture).Replace("E+0", "e", StringComparison.Ordinal).Replace("E-0", "e-", StringComparison.Ordinal);

    private static int Flat(IReadOnlyList<long> index, IReadOnlyList<long> shape)
    {
        var flat = 0L;
        for (var d = 0; d < shape.Count && d < index.Count; d++)
            flat = flat * shape[d] + index[d];
        return (int)Math.Min(flat, int.MaxValue);
    }
}
