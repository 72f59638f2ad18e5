using Lab.Notebooks.Documents;

namespace Lab.Notebooks.Tests.Documents;

public sealed class NotebookDocumentTests
{
    [Fact]
    public void A_file_that_jupyter_wrote_comes_back_byte_for_byte()
    {
        using var folder = new TestFolder();
        var path = folder.Write("a.ipynb", Sample.Jupyter());
        var before = File.ReadAllBytes(path);

        NotebookDocument.Load(path).Save();

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Cells_know_their_kind_number_source_and_tags()
    {
        var cells = NotebookDocument.Parse(Sample.Jupyter(), "a.ipynb").Cells;

        Assert.Equal([CellKind.Markdown, CellKind.Code, CellKind.Code, CellKind.Markdown], cells.Select(cell => cell.Kind));
        Assert.Equal([0, 1, 2, 0], cells.Select(cell => cell.Number));
        Assert.Equal("Console.WriteLine(\"one\\ntwo\");\nnew[] { 1, 2 }", cells[2].Source);
        Assert.Equal("", cells[3].Source);
        Assert.True(cells[2].Varies);
        Assert.False(cells[1].Varies);
        Assert.Equal(3, cells[2].Outputs.Count());
    }

    [Fact]
    public void Another_indentation_is_kept()
    {
        var text = "{\n  \"cells\": [],\n  \"metadata\": {},\n  \"nbformat\": 4,\n  \"nbformat_minor\": 5\n}\n";
        Assert.Equal(text, NotebookDocument.Parse(text, "a.ipynb").ToJson());
    }

    [Theory]
    [InlineData("{\n \"cells\": [\n", "broken: line 3")]
    [InlineData("", "broken: line 1")]
    [InlineData("{ \"nbformat\": 4, \"nbformat\": 4, \"cells\": [] }", "broken")]
    [InlineData("[]", "an object was wanted")]
    [InlineData("{ \"nbformat\": 3, \"worksheets\": [] }", "nbformat 4 was wanted, got 3")]
    [InlineData("{ \"cells\": [] }", "nbformat 4 was wanted, got none")]
    [InlineData("{ \"nbformat\": 4 }", "no list of cells")]
    [InlineData("{ \"nbformat\": 4, \"cells\": [ 7 ] }", "item 1 of its cells is not an object")]
    [InlineData("{ \"nbformat\": 4, \"cells\": [ { \"source\": \"\" } ] }", "item 1 of its cells has no cell_type")]
    [InlineData("{ \"nbformat\": 4, \"cells\": [ { \"cell_type\": \"code\", \"source\": [ 1 ] } ] }", "source of item 1")]
    public void What_is_no_notebook_is_refused_with_the_file_and_the_reason(string text, string reason)
    {
        var problem = Assert.Throws<NotebookException>(() => NotebookDocument.Parse(text, "my.ipynb"));
        Assert.StartsWith("my.ipynb is not a notebook", problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        var problem = Assert.Throws<NotebookException>(() => NotebookDocument.Load("/no/such/place.ipynb"));
        Assert.Contains("/no/such/place.ipynb", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_that_names_the_file()
    {
        // The administrator may write anywhere; below a file nobody can.
        using var folder = new TestFolder();
        var path = System.IO.Path.Combine(folder.Write("file", "text"), "a.ipynb");
        var problem = Assert.Throws<NotebookException>(NotebookDocument.Parse(Sample.Jupyter(), path).Save);
        Assert.StartsWith($"Cannot write {path}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_folder_keeps_the_old_notebook_and_no_leftovers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders have no write permission of this kind on Windows.");
        Assert.SkipWhen(Environment.UserName == "root", "The administrator may write into read-only folders.");
        using var folder = new TestFolder();
        var path = folder.Write("a.ipynb", Sample.Jupyter());
        var notebook = NotebookDocument.Load(path);
#pragma warning disable CA1416 // skipped on Windows
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Throws<NotebookException>(notebook.Save);
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(Sample.Jupyter(), File.ReadAllText(path));
    }

    [Fact]
    public void A_notebook_that_is_a_link_stays_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var folder = new TestFolder();
        var target = folder.Write("real/a.ipynb", "{ \"nbformat\": 4, \"cells\": [] }");
        var link = folder.At("a.ipynb");
        File.CreateSymbolicLink(link, target);

        NotebookDocument.Load(link).Save();

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Contains("\n \"nbformat\": 4", File.ReadAllText(target), StringComparison.Ordinal);
    }
}
