using Lab.Notebooks.Figures;

namespace Lab.Notebooks.Tests.Figures;

public sealed class BrowserTests
{
    [Fact]
    public void The_variable_names_the_browser_by_path_or_by_command()
    {
        using var folder = new TestFolder();
        var name = OperatingSystem.IsWindows() ? "mine.exe" : "mine";
        var path = folder.Write(name, "");
        string? Found(string named) => Browser.Find(variable => variable == Browser.Variable ? named : variable == "PATH" ? folder.Path : null);

        Assert.Equal(path, Found(path));
        Assert.Equal(path, Found("mine"));
        Assert.Null(Found(folder.At("missing")));
    }

    [Fact]
    public void The_path_is_searched_for_known_names()
    {
        using var folder = new TestFolder();
        var path = folder.Write(OperatingSystem.IsWindows() ? "google-chrome.exe" : "google-chrome", "");
        Assert.Equal(path, Browser.Find(variable => variable == "PATH" ? folder.Path : null));
    }
}
