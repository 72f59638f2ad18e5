using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Lab.Plots.Drawing;
using Plotly.NET;

namespace Lab.Plots.Script;

/// <summary>Writes a figure as an HTML fragment that is complete in itself.</summary>
internal static class FigureHtml
{
    private static readonly Lazy<string> page = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Lab.Plots.Script.Page.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    public static string Write(Figure figure)
    {
        var json = PlotlyJson.Write(figure.Traces, Fluid(figure.Layout), forScript: true);
        // The same figure has the same id on every run, so that saved notebooks do not change without need.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8));
        var (name, packed) = PlotlyScript.PackedFor(figure.Traces);
        var script = new StringBuilder(page.Value)
            .Replace("@id", id).Replace("@name", name).Replace("@packed", packed).Replace("@figure", json);
        var caption = WebUtility.HtmlEncode(figure.Caption);
        return $"""
            <figure style="margin:0;max-width:{figure.Width}px;background:#fff;color:{Palette.Ink};color-scheme:light">
            <div data-lab-figure="{id}" role="img" aria-label="{caption}" style="height:{figure.Height}px">This chart is drawn by a script: trust the notebook to see it.</div>
            <figcaption style="padding:4px 12px 12px;font:14px/1.4 Helvetica,Arial,sans-serif">{caption}</figcaption>
            </figure>
            <script>{script}</script>
            """;
    }

    /// <summary>The layout without a width of its own: it takes the page's, up to the figure's.</summary>
    private static Layout Fluid(Layout layout)
    {
        var fluid = layout.CopyTo(new Layout());
        fluid.RemoveProperty("width");
        return fluid.With(("autosize", true));
    }
}
