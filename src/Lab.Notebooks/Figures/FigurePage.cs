using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lab.Notebooks.Figures;

/// <summary>A page that draws figures with plotly.js, and leaves their pictures as text in its document.</summary>
internal static partial class FigurePage
{
    /// <summary>The page's HTML. Its policy lets it fetch nothing, from anywhere.</summary>
    public static string Write(string plotlyScript, IReadOnlyList<string> figures, int width, int height)
    {
        var page = new StringBuilder();
        page.Append("""
            <!DOCTYPE html><html><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:">
            </head><body><script class="drop">
            """);
        page.Append(InScript(plotlyScript));
        page.Append("</script><script class=\"drop\">const figures = [");
        page.AppendJoin(",\n", figures.Select(InScript));
        page.Append(CultureInfo.InvariantCulture, $"]; const width = {width}, height = {height};");
        page.Append("""

            (async () => {
              for (const [i, figure] of figures.entries()) {
                const result = document.createElement("pre");
                try {
                  const layout = Object.assign({}, figure.layout);
                  const box = document.createElement("div");
                  document.body.appendChild(box);
                  const [w, h] = [layout.width || width, layout.height || height];
                  Object.assign(layout, { width: w, height: h });
                  if (!layout.paper_bgcolor) layout.paper_bgcolor = "white";
                  await Plotly.newPlot(box, figure.data, layout, { staticPlot: true });
                  result.textContent = await Plotly.toImage(box, { format: "png", width: w, height: h });
                  Plotly.purge(box);
                  box.remove();
                } catch (problem) {
                  result.textContent = "error:" + problem;
                }
                result.id = "figure" + i;
                document.body.appendChild(result);
              }
              document.querySelectorAll(".drop").forEach(script => script.remove());
              document.title = "done";
            })();
            </script></body></html>
            """);
        return page.ToString();
    }

    /// <summary>The pictures in a drawn page: PNG bytes, or what went wrong.</summary>
    public static IReadOnlyList<(byte[]? Png, string? Problem)> Read(string dom, int count)
    {
        var found = Result().Matches(dom).ToDictionary(
            match => int.Parse(match.Groups["i"].Value, CultureInfo.InvariantCulture), match => match.Groups["text"].Value);
        return [.. Enumerable.Range(0, count).Select(i => Read(found.GetValueOrDefault(i)))];
    }

    private static (byte[]? Png, string? Problem) Read(string? text)
    {
        const string Start = "data:image/png;base64,";
        return text is null ? (null, "the browser did not draw it in time")
            : text.StartsWith(Start, StringComparison.Ordinal) ? (Convert.FromBase64String(text[Start.Length..]), null)
            : (null, System.Net.WebUtility.HtmlDecode(text));
    }

    // Inside a script element, </script> and <!-- would end or change it, also within a string.
    private static string InScript(string text) => text
        .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
        .Replace("<!--", "<\\!--", StringComparison.Ordinal);

    [GeneratedRegex("<pre id=\"figure(?<i>[0-9]+)\">(?<text>[^<]*)</pre>")]
    private static partial Regex Result();
}
