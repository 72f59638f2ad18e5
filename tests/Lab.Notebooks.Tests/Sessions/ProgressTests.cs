using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Sessions;

public sealed class ProgressTests : IDisposable
{
    private readonly Cells cells = new();

    public void Dispose() => cells.Dispose();

    [Fact]
    public async Task A_loop_shows_one_bar_that_ends_full_and_says_nothing_that_differs_from_run_to_run()
    {
        await cells.Run("#r \"Lab.Plots\"\nusing Lab.Plots;\nforeach (var step in Progress.Over(3, \"training\")) { Progress.Note($\"step {step}\"); await Task.Delay(120); }");
        Assert.Equal("display:training: 0 of 3", cells.Happened.Single(text => text.StartsWith("display", StringComparison.Ordinal)));
        var updates = cells.Events.OfType<UpdateEvent>().ToList();
        Assert.True(updates.Count >= 3, $"{updates.Count}");
        Assert.Matches("^training: 1 of 3, step 0, . s left$", updates[0].Data.Text);
        Assert.Equal("training: 3 of 3, step 2", updates[^1].Data.Text);
        Assert.Contains("<progress max=\"3\" value=\"3\"", updates[^1].Data.Data["text/html"], StringComparison.Ordinal);
        Assert.Single(updates.Select(update => update.Id).Distinct());
    }

    [Fact]
    public async Task A_loop_that_is_left_says_how_far_it_came()
    {
        await cells.Run("#r \"Lab.Plots\"\nusing Lab.Plots;\nforeach (var word in Progress.Over(new[] { \"a\", \"b\" })) break;");
        Assert.Equal("0 of 2", cells.Events.OfType<UpdateEvent>().Last().Data.Text);
    }

    [Fact]
    public async Task A_display_is_updated_by_its_handle_which_itself_shows_nothing()
    {
        await cells.Run("var shown = 1.Display();\nshown.Update(2);\nshown");
        Assert.Equal(["display:1", "2"], [.. cells.Happened.Take(1), .. cells.Events.OfType<UpdateEvent>().Select(update => update.Data.Text)]);
        Assert.Equal(2, cells.Events.Count);
    }
}
