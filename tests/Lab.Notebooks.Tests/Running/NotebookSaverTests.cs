using System.Text.Json.Nodes;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Documents;
using Lab.Notebooks.Figures;
using Lab.Notebooks.Running;
using Lab.Plots.Script;

namespace Lab.Notebooks.Tests.Running;

public sealed class NotebookSaverTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static readonly DataOutput figure = new(new(
    [
        new(MimeBundle.Plain, "a figure"), new(MimeBundle.Html, "<script>long</script>"),
        new(MimeBundle.Plotly, """{"data":[{"y":[1,3,2],"type":"scatter"}],"layout":{}}"""),
    ]), IsResult: false);

    private string NewNotebook() => folder.Write("a.ipynb", Sample.Json([Sample.Code("1", 0), Sample.Markdown("text", 0)]).ToJsonString());

    private static Task<SaveReport> Save(string path, FigureRenderer? renderer, params CellOutput[] outputs)
    {
        var notebook = NotebookDocument.Load(path);
        return new NotebookSaver(renderer).SaveAsync(
            new(notebook, [new(notebook.Cells[0], CellEnd.Passed, outputs, default)], default), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Outputs_are_written_as_jupyter_does()
    {
        var path = NewNotebook();
        await Save(path, null, new StreamOutput("stdout", "one\ntwo\n"), new DataOutput(MimeBundle.OfText("[1]"), IsResult: true));
        Assert.Contains("\"execution_count\": 1,\n   \"id\": \"code-0\"", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains(string.Join('\n',
            "   \"outputs\": [",
            "    {",
            "     \"name\": \"stdout\",",
            "     \"output_type\": \"stream\",",
            "     \"text\": [",
            "      \"one\\n\",",
            "      \"two\\n\"",
            "     ]",
            "    },",
            "    {",
            "     \"data\": {",
            "      \"text/plain\": [",
            "       \"[1]\"",
            "      ]",
            "     },",
            "     \"execution_count\": 1,",
            "     \"metadata\": {},",
            "     \"output_type\": \"execute_result\"",
            "    }",
            "   ],"), File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saving_the_same_again_writes_nothing()
    {
        var path = NewNotebook();
        Assert.True((await Save(path, null, new StreamOutput("stdout", "x"))).Changed);
        var time = File.GetLastWriteTimeUtc(path);
        Assert.False((await Save(path, null, new StreamOutput("stdout", "x"))).Changed);
        Assert.Equal(time, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task A_figure_keeps_its_json_and_text_not_its_html_and_says_when_it_has_no_picture()
    {
        var path = NewNotebook();
        var saved = await Save(path, null, figure);
        Assert.Equal(1, saved.Figures);
        Assert.Contains("no browser was found", Assert.Single(saved.Missing), StringComparison.Ordinal);
        var data = NotebookDocument.Load(path).Cells[0].Outputs.Single()["data"]!.AsObject();
        Assert.Equal([MimeBundle.Plotly, MimeBundle.Plain], data.Select(form => form.Key));
        Assert.IsType<JsonObject>(data[MimeBundle.Plotly]);
    }

    [Fact]
    public async Task A_picture_is_drawn_once_and_kept_while_the_figure_is_the_same()
    {
        var browser = Browser.Find();
        Assert.SkipWhen(browser is null, $"No browser of the Chromium family was found; {Browser.Variable} names one.");
        var path = NewNotebook();
        Assert.Empty((await Save(path, new(browser, PlotlyScript.Text), figure)).Missing);
        var data = NotebookDocument.Load(path).Cells[0].Outputs.Single()["data"]!.AsObject();
        Assert.Equal([MimeBundle.Plotly, MimeBundle.Png, MimeBundle.Plain], data.Select(form => form.Key));

        // Without a browser: the picture in the file serves, also after the cell has moved or printed something new.
        var again = await Save(path, null, new StreamOutput("stdout", "new"), figure);
        Assert.True(again.Changed);
        Assert.Empty(again.Missing);
        Assert.True(JsonNode.DeepEquals(data, NotebookDocument.Load(path).Cells[0].Outputs.Last()["data"]));
    }

    [Fact]
    public async Task A_run_that_failed_is_not_saved()
    {
        var notebook = NotebookDocument.Load(NewNotebook());
        await Assert.ThrowsAsync<ArgumentException>(() => new NotebookSaver(null).SaveAsync(
            new(notebook, [new(notebook.Cells[0], CellEnd.TimedOut, [], default, Reason: "late")], default), TestContext.Current.CancellationToken));
    }
}
