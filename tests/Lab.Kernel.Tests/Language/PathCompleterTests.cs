using Lab.Kernel.Language;

namespace Lab.Kernel.Tests.Language;

public sealed class PathCompleterTests : IDisposable
{
    private readonly TestFolder folder = new();

    public PathCompleterTests()
    {
        foreach (var name in new[] { "here/one.csx", "here/two.cs", "here/Three.dll", "here/four.txt", "here/sub/five.dll", "kit/kit.csx", "kit/one.csx" })
            folder.Write(name, "");
    }

    [Theory]
    [InlineData("#r \"|", "sub/", "Three.dll")]
    [InlineData("#r \"t|", "Three.dll")]
    [InlineData("#r \"sub/|", "five.dll")]
    [InlineData("  #r \"sub/f|", "five.dll")]
    [InlineData("#r \"nowhere/|")]
    [InlineData("#load \"|", "one.csx", "sub/", "two.cs")]
    [InlineData("#!import |", "one.csx", "sub/", "two.cs", "kit.csx")]
    [InlineData("#!import k|", "kit.csx")]
    [InlineData("#!import \"o|", "one.csx")]
    [InlineData("var x = 1;\n#!import tw|\nx", "two.cs")]
    [InlineData("#|", "#!import ", "#!import kit.csx", "#r \"")]
    [InlineData("#r|", "#r \"")]
    public void Files_and_folders_are_offered_in_directives(string code, params string[] wanted)
    {
        var suggestions = Suggest(code)!;
        Assert.Equal(wanted.Order(), suggestions.Items.Select(item => item.Text).Order());
        var typed = code[suggestions.Start..suggestions.End];
        Assert.All(suggestions.Items, item => Assert.StartsWith(typed, item.Text, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Console.|")]
    [InlineData("var text = \"#r |\"")]
    [InlineData("|")]
    [InlineData("#r \"a.dll\"\nx|")]
    public void Elsewhere_nothing_is_said(string code) => Assert.Null(Suggest(code));

    public void Dispose() => folder.Dispose();

    private Suggestions? Suggest(string code)
    {
        var position = code.IndexOf('|', StringComparison.Ordinal);
        return PathCompleter.Suggest(code.Remove(position, 1), position, folder.At("here"), folder.At("kit"));
    }
}
