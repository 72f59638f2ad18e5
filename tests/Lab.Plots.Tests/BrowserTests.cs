using System.Diagnostics;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

/// <summary>Figures in a real browser, where one is installed.</summary>
public sealed class BrowserTests
{
    private static readonly string[] names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string? browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    [Fact]
    public async Task Figures_draw_themselves_without_a_network_and_leave_the_page_alone()
    {
        Assert.SkipWhen(browser is null, "No Chromium is installed.");
        var figure = Plot.Lines([new("a", [1, double.NaN, 3])], "It breaks.", "x", "y");
        Figure[] figures =
        [
            figure,
            figure,     // twice on one page
            Plot.Bars(["p", "q"], [new("a", [1, 2])], "Bars.", "x", "y"),
            Plot.Points([new("a", [1, 2])], "Points.", "x", "y"),
            Plot.Histogram([("a", randn(100))], "Counts.", "x"),
            Plot.Images(rand(2, 28, 28), "Noise."),
            Plot.Simplex([new("a", new[,] { { 0.2, 0.3, 0.5 } })], "A point.", ["p", "q", "r"]),
            Plot.ProbabilityBars(randn(2, 3), "Bars beside bars."),
            Figure.Grid([Plot.Heatmap(randn(2, 2), "One"), Plot.Function(Math.Exp, 0, 1, "Two", "z", "exp")], "Two panels."),
        ];
        var page = $"""
            <!doctype html><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
            <script>window.Plotly = "the page's own"; window.define = () => document.title = "registered"; define.amd = true;</script>
            {string.Concat(figures.Select(f => f.ToHtml()))}
            <script>addEventListener("load", () => setTimeout(() => document.body.append("Plotly is " + window.Plotly), 3000));</script>
            """;

        var dom = await Draw(page);

        Assert.Equal(figures.Length, dom.Split("data-drawn=\"yes\"").Length - 1);
        Assert.Equal(figures.Length, dom.Split("class=\"plot-container plotly\"").Length - 1);
        Assert.DoesNotContain("could not be drawn:", dom.Replace("\"The chart could not be drawn: \"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("a: NaN at 1", dom, StringComparison.Ordinal);
        Assert.Contains("Plotly is the page's own", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>registered", dom, StringComparison.Ordinal);
    }

    private static async Task<string> Draw(string page)
    {
        var folder = Directory.CreateTempSubdirectory("lab-plots-");
        try
        {
            var file = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(file, page, TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in new[]
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
                $"--user-data-dir={Path.Combine(folder.FullName, "profile")}", "--virtual-time-budget=20000", "--dump-dom",
                new Uri(file).AbsoluteUri,
            })
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var dom = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await errors;
            return dom;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
