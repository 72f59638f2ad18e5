using System.Buffers.Binary;
using Lab.Notebooks.Figures;
using Lab.Plots.Script;

namespace Lab.Notebooks.Tests.Figures;

public sealed class FigureRendererTests
{
    [Fact]
    public async Task Figures_become_pngs_of_their_size_and_a_bad_one_spoils_no_other()
    {
        var browser = Browser.Find();
        Assert.SkipWhen(browser is null, $"No browser of the Chromium family was found; {Browser.Variable} names one.");
        var drawn = await new FigureRenderer(browser, PlotlyScript.Text).DrawAsync(
        [
            """{"data":[{"x":[1,2,3],"y":[2,1,3],"type":"scatter","name":"</script><b>"}],"layout":{"title":{"text":"Loss"}}}""",
            """{"data":7,"layout":{"width":0}}""",
            """{"data":[{"z":[[1,2],[3,4]],"type":"heatmap"}],"layout":{"width":500,"height":300}}""",
        ], TestContext.Current.CancellationToken);

        Assert.Null(drawn[0].Problem);
        Assert.Equal((700, 400), Size(drawn[0].Png!));
        Assert.Equal((500, 300), Size(drawn[2].Png!));
        Assert.True((drawn[1].Png is null) == (drawn[1].Problem is not null));
        Assert.InRange(drawn[0].Png!.Length, 5_000, 60_000);
        if (Environment.GetEnvironmentVariable("LAB_KEEP_PICTURES") is { } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, "line.png"), drawn[0].Png!, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_browser_that_cannot_start_is_a_reason_not_a_failure()
    {
        var drawn = await new FigureRenderer("/no/such/browser", "").DrawAsync(["{}"], TestContext.Current.CancellationToken);
        Assert.Null(drawn[0].Png);
        Assert.Contains("/no/such/browser", drawn[0].Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_draws_nothing_is_a_reason_not_a_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/true on Windows.");
        var drawn = await new FigureRenderer("/bin/true", "").DrawAsync(["{}"], TestContext.Current.CancellationToken);
        Assert.Null(drawn[0].Png);
        Assert.NotNull(drawn[0].Problem);
    }

    private static (int Width, int Height) Size(byte[] png)
    {
        Assert.Equal("PNG"u8, png.AsSpan(1, 3));
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
