using Lab.Notebooks.Checks;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Documents;
using Lab.Notebooks.Running;

namespace Lab.Notebooks.Tests.Checks;

public sealed class SavedOutputsTests : IDisposable
{
    private static readonly CellOutput[] usual =
        [new StreamOutput("stdout", "loss 0.5\n"), new DataOutput(MimeBundle.OfText("[1, 2]"), IsResult: true)];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static NotebookReport Report(NotebookDocument notebook, params CellOutput[] outputs) =>
        new(notebook, [.. notebook.CodeCells.Select(cell => new CellReport(cell, CellEnd.Passed, outputs, default))], default);

    private async Task<NotebookDocument> Saved(bool varies, params CellOutput[] outputs)
    {
        var json = Sample.Json([Sample.Code("1", 0)]);
        if (varies)
            json["cells"]![0]!["metadata"]!["tags"] = new System.Text.Json.Nodes.JsonArray("varies");
        var path = folder.Write("a.ipynb", json.ToJsonString());
        await new NotebookSaver(null).SaveAsync(Report(NotebookDocument.Load(path), outputs), TestContext.Current.CancellationToken);
        return NotebookDocument.Load(path);
    }

    private static string? Problem(NotebookDocument notebook, params CellOutput[] now) =>
        SavedOutputs.Compare(Report(notebook, now)) is [var difference] ? $"{difference.Cell}: {string.Join('\n', difference.Message)}" : null;

    [Fact]
    public async Task The_same_outputs_agree() => Assert.Null(Problem(await Saved(false, usual), usual));

    [Fact]
    public async Task Another_text_is_told_with_cell_line_and_both_texts() =>
        Assert.Equal(
            "cell 1: stdout differs in line 2:\n  saved: loss 0.5\n    now: loss 0.7",
            Problem(await Saved(false, new StreamOutput("stdout", "start\nloss 0.5\n")), new StreamOutput("stdout", "start\nloss 0.7\n")));

    [Fact]
    public async Task Another_number_or_kind_of_outputs_is_told()
    {
        Assert.Equal("cell 1: saved outputs: stdout, result\n  outputs now: none", Problem(await Saved(false, usual)));
        Assert.Equal("cell 1: saved outputs: stdout, result\n  outputs now: stderr, result",
            Problem(await Saved(false, usual), new StreamOutput("stderr", "loss 0.5\n"), usual[1]));
    }

    [Fact]
    public async Task A_cell_tagged_varies_is_compared_by_kinds_alone()
    {
        var notebook = await Saved(true, new StreamOutput("stdout", "12 ms\n"));
        Assert.Null(Problem(notebook, new StreamOutput("stdout", "99 ms\n")));
        Assert.NotNull(Problem(notebook, new StreamOutput("stdout", "99 ms\n"), usual[1]));
    }

    [Fact]
    public async Task Pictures_and_html_are_not_compared()
    {
        DataOutput Shown(string html) => new(new([new("text/plain", "same"), new("text/html", html)]), false);
        Assert.Null(Problem(await Saved(false, Shown("<b>")), Shown("<i>")));
    }

    [Fact]
    public void A_notebook_never_saved_fails_with_the_remedy() =>
        Assert.Contains("lab run --save fresh", Problem(Sample.Of("fresh.ipynb", "1"), usual)!, StringComparison.Ordinal);
}
