using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Sessions;

public sealed class ImportTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Cells cells;

    public ImportTests() => cells = new(folder.Path);

    public void Dispose()
    {
        cells.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task An_imported_file_runs_in_the_session_with_its_usings()
    {
        folder.Write("kit.csx", "using System.Globalization;\nvar fromKit = 5;\nConsole.WriteLine(\"loaded\");");
        Assert.Null(await cells.Run("#!import kit.csx"));
        Assert.Equal(["stdout:loaded\n"], cells.Happened);
        Assert.Equal("5", await cells.Run("fromKit.ToString(CultureInfo.InvariantCulture)"));
    }

    [Fact]
    public async Task Code_below_an_import_sees_it_and_keeps_its_line_numbers()
    {
        folder.Write("my file.cs", "static class Helper { public static int Seven => 7; }");
        Assert.Equal("7", await cells.Run("// first the helper\n#!import \"my file.cs\"\n\nHelper.Seven"));
        var error = await cells.Fail("#!import \"my file.cs\"\nvar a = 1;\nnope");
        Assert.Equal(3, error.Place!.Line);
    }

    [Fact]
    public async Task Imports_inside_files_start_from_the_files_own_folder()
    {
        folder.Write("deep/outer.csx", "#!import inner.csx\nvar outer = inner + 1;");
        folder.Write("deep/inner.csx", "var inner = 1;");
        Assert.Equal("2", await cells.Run("#!import deep/outer.csx\nouter"));
    }

    [Fact]
    public async Task An_error_in_an_imported_file_tells_the_file_and_its_line()
    {
        var path = folder.Write("bad.csx", "var a = 1;\nthrow new FormatException(\"in the file\");");
        var error = await cells.Fail("#!import bad.csx");
        Assert.Equal((path, 2), (error.Place!.Source, error.Place.Line));

        path = folder.Write("worse.csx", "\n\nnope");
        error = await cells.Fail("#!import worse.csx");
        Assert.Equal((path, 3, "nope"), (error.Place!.Source, error.Place.Line, error.Place.Text));
    }

    [Theory]
    [InlineData("#!import missing.csx", "Cannot import missing.csx", 1)]
    [InlineData("\n#!import kit.fsx", "takes .csx and .cs files", 2)]
    [InlineData("#!share --from fsharp x", "not known here", 1)]
    [InlineData("var x = 1;\n#!import kit.csx", "above the code", 2)]
    [InlineData("#r \"nuget: TorchSharp\"\n1", "Packages cannot be fetched", 1)]
    public async Task A_directive_that_cannot_be_obeyed_is_an_error_with_its_line(string code, string message, int line)
    {
        folder.Write("kit.csx", "");
        folder.Write("kit.fsx", "");
        var error = await cells.Fail(code);
        Assert.Equal(CellErrorKind.Directive, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Place!.Line);
    }

    [Fact]
    public async Task A_file_that_imports_itself_is_an_error_not_a_hang()
    {
        folder.Write("a.csx", "#!import b.csx");
        folder.Write("b.csx", "#!import a.csx");
        Assert.Contains("imports itself: a.csx > b.csx > a.csx", (await cells.Fail("#!import a.csx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directive_inside_a_string_is_text() =>
        Assert.Equal("\n#!import nothing.csx\n", await cells.Run("@\"\n#!import nothing.csx\n\""));

    [Fact]
    public async Task A_reference_that_is_not_there_does_not_compile() =>
        Assert.Equal("CS0006", (await cells.Fail("#r \"no/such.dll\"\n1")).Name);
}
