using System.Text.RegularExpressions;
using Lab.Notebooks.Figures;
using Lab.Shared;

namespace Lab.Kernel.Tests.Clients;

/// <summary>The kernel under Jupyter's own programs.</summary>
public sealed partial class ClientTests(PythonClients clients) : IClassFixture<PythonClients>
{
    [Fact]
    public void Jupyters_own_suite_passes()
    {
        var printed = clients.Run("suite.py");
        Assert.Matches(Ran(), printed);
        Assert.Contains("\nOK", printed.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nbclient_runs_notebooks_of_the_course()
    {
        var printed = clients.Run("notebooks.py");
        var chosen = Environment.GetEnvironmentVariable("LAB_NOTEBOOKS") == "all" ? "*.ipynb" : "0*.ipynb";
        foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), chosen))
            Assert.Contains($"{Path.GetFileNameWithoutExtension(path)}: as saved", printed, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(printed);
    }

    [Fact]
    public void A_notebook_takes_parameters_as_papermill_gives_them() =>
        Assert.Contains("10 of course", clients.Run("parameters.py"), StringComparison.Ordinal);

    [Fact]
    public void A_browser_draws_completes_and_interrupts_in_Jupyter_Notebook()
    {
        Assert.SkipUnless(clients.HasNotebook, "No Jupyter Notebook: `bash .ci/jupyter` installs Debian's package.");
        var browser = Browser.Find();
        Assert.SkipWhen(browser is null, "No Chromium, Chrome or Edge.");
        var printed = clients.Run("browser.py", browser!, Path.Combine(Repository.Root, "artifacts", "screenshots"));
        foreach (var seen in new[] { "a chart is drawn", "Tab completes", "an endless cell is interrupted" })
            Assert.Contains(seen, printed, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Ran \d\d tests")]
    private static partial Regex Ran();
}
