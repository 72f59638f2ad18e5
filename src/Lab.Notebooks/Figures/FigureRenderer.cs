using System.Diagnostics;

namespace Lab.Notebooks.Figures;

/// <summary>Draws Plotly figures as PNG with a headless browser: one start of the browser for all figures given.</summary>
/// <param name="browser">The browser's program, see <see cref="Browser.Find()"/>.</param>
/// <param name="plotlyScript">The text of plotly.js: nothing is fetched.</param>
public sealed class FigureRenderer(string browser, string plotlyScript)
{
    private const int Width = 700;
    private const int Height = 400;
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(120);

    /// <summary>Draws the figures, 700 x 400 pixels where a figure's layout does not say otherwise.</summary>
    /// <param name="figures">Each figure as JSON with <c>data</c> and <c>layout</c>.</param>
    /// <param name="cancel">Kills the browser.</param>
    /// <returns>For each figure its PNG, or the reason why there is none.</returns>
    public async Task<IReadOnlyList<(byte[]? Png, string? Problem)>> DrawAsync(
        IReadOnlyList<string> figures, CancellationToken cancel = default)
    {
        if (figures.Count == 0)
            return [];
        var folder = Directory.CreateTempSubdirectory("lab-figures-").FullName;
        try
        {
            var page = Path.Combine(folder, "figures.html");
            await File.WriteAllTextAsync(page, FigurePage.Write(plotlyScript, figures, Width, Height), cancel);
            var dom = await DumpDomAsync(page, Path.Combine(folder, "profile"), cancel);
            return FigurePage.Read(dom, figures.Count);
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return [.. figures.Select(_ => ((byte[]?)null, (string?)problem.Message))];
        }
        finally
        {
            DeleteFolder(folder);
        }
    }

    private async Task<string> DumpDomAsync(string page, string profile, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(browser,
        [
            "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--hide-scrollbars",
            "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--force-device-scale-factor=1",
            "--font-render-hinting=none", $"--user-data-dir={profile}", "--virtual-time-budget=600000", "--dump-dom",
            .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(),
            new Uri(page).AbsoluteUri,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new System.ComponentModel.Win32Exception($"{browser} did not start.");
        process.StandardInput.Close();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(timed.Token);
            var dom = await process.StandardOutput.ReadToEndAsync(timed.Token);
            await errors;
            await process.WaitForExitAsync(timed.Token);
            return dom;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            throw new TimeoutException($"The browser {browser} did not end within {limit.TotalSeconds:0} s.");
        }
    }

    // Helpers of the browser may hold the profile a moment longer than the browser lives.
    private static void DeleteFolder(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                if (attempt == 5)
                    return;
                Thread.Sleep(100 * attempt);
            }
        }
    }
}
