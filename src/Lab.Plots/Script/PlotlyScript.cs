using System.IO.Compression;
using System.Reflection;
using Lab.Plots.Drawing;
using Plotly.NET;

namespace Lab.Plots.Script;

/// <summary>The plotly.js that draws figures without a network.</summary>
/// <remarks>
/// Two are at hand. Plotly.NET carries the whole of plotly.js 2.28.0 (3.6 MB; 1.5 MB when packed into a page). The kit
/// carries the part for plane charts of plotly.js 2.35.3 (1.4 MB; 0.6 MB when packed), from the npm package
/// <c>plotly.js-cartesian-dist-min</c>, gzipped. Both are under the MIT licence.
/// </remarks>
public static class PlotlyScript
{
    private const string WholeName = "Plotly.NET.plotly-2.28.0.min.js";
    private const string PlaneName = "Lab.Plots.Script.plotly-cartesian-2.35.3.min.js.gz";

    private static readonly HashSet<string> planeTraces =
    [
        "bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "image", "pie", "scatter",
        "scatterternary", "violin",
    ];

    private static readonly Lazy<string> whole = new(() => Read(typeof(Trace).Assembly, WholeName));
    private static readonly Lazy<string> packedPlane = new(() => Convert.ToBase64String(Bytes(typeof(PlotlyScript).Assembly, PlaneName)));
    private static readonly Lazy<string> packedWhole = new(() => Pack(whole.Value));

    /// <summary>The whole of plotly.js as JavaScript text, for rendering pictures in a browser: draws every kind of chart.</summary>
    public static string Text => whole.Value;

    /// <summary>The smallest plotly.js that draws these traces: a name that tells it from others, and its gzipped text in base64.</summary>
    internal static (string Name, string Packed) PackedFor(IEnumerable<Trace> traces) =>
        traces.All(trace => planeTraces.Contains(trace.Get("type") as string ?? ""))
            ? ("labPlotlyPlane2353", packedPlane.Value)
            : ("labPlotlyWhole2280", packedWhole.Value);

    /// <summary>The part for plane charts, as JavaScript text.</summary>
    internal static string Plane()
    {
        using var unpacked = new GZipStream(new MemoryStream(Convert.FromBase64String(packedPlane.Value)), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return reader.ReadToEnd();
    }

    private static string Read(Assembly assembly, string name) => System.Text.Encoding.UTF8.GetString(Bytes(assembly, name));

    private static byte[] Bytes(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} lacks its resource {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(packed.ToArray());
    }
}
