namespace Lab.Cli;

/// <summary>Where the pictures of figures get their plotly.js from.</summary>
internal static class RunFigures
{
    /// <summary>The plotly.js that Plotly.NET carries.</summary>
    public static string PlotlyScript
    {
        get
        {
            var assembly = typeof(Plotly.NET.Trace).Assembly;
            var name = assembly.GetManifestResourceNames().Single(name => name.Contains("plotly-", StringComparison.Ordinal) && name.EndsWith(".min.js", StringComparison.Ordinal));
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
