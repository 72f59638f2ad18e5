using System.Security.Cryptography;
using System.Text;
using Lab.Plots.Script;

namespace Lab.Plots.Tests;

public sealed class PlotlyScriptTests
{
    [Fact]
    public void The_whole_of_plotly_is_at_hand() => Assert.Contains("plotly.js v2.28.0", PlotlyScript.Text[..300], StringComparison.Ordinal);

    /// <summary>package/plotly-cartesian.min.js of the npm package plotly.js-cartesian-dist-min 2.35.3.</summary>
    [Fact]
    public void The_part_for_plane_charts_is_the_published_one() => Assert.Equal(
        "1836dca6fbe9477c789e8a4affd2b2be59fabe8daf8df49c391809d65490c955",
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlotlyScript.Plane()))));
}
