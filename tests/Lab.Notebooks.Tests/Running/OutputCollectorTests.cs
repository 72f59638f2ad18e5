using Lab.Notebooks.Displays;
using Lab.Notebooks.Running;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Tests.Running;

public sealed class OutputCollectorTests
{
    private readonly OutputCollector collector = new();

    [Fact]
    public void An_update_takes_the_place_of_what_it_updates()
    {
        Add(new StreamEvent("stdout", "a"), Shown("1", "x"), new StreamEvent("stdout", "b"), new UpdateEvent("x", MimeBundle.OfText("2")), new StreamEvent("stdout", "c"));
        Assert.Equal(["stdout:a", "2", "stdout:b", "stdout:c"], Texts());
    }

    [Fact]
    public void An_update_of_another_cells_display_shows_nothing_here()
    {
        Add(new UpdateEvent("elsewhere", MimeBundle.OfText("2")));
        Assert.Empty(Texts());
    }

    [Fact]
    public void Clearing_takes_all_away_at_once_or_when_something_new_comes()
    {
        Add(Shown("1", "x"), new StreamEvent("stdout", "a"), new ClearEvent(Wait: false), new StreamEvent("stdout", "b"));
        Assert.Equal(["stdout:b"], Texts());
        Add(new ClearEvent(Wait: true));
        Assert.Equal(["stdout:b"], Texts());
        Add(Shown("2", "y"));
        Assert.Equal(["2"], Texts());
    }

    private static DisplayEvent Shown(string text, string id) => new(MimeBundle.OfText(text), id);

    private void Add(params IEnumerable<SessionEvent> events)
    {
        foreach (var happened in events)
            collector.Add(happened);
    }

    private IEnumerable<string> Texts() => collector.ToOutputs().Select(output => output switch
    {
        StreamOutput(var name, var text) => $"{name}:{text}",
        DataOutput data => data.Data.Text,
        _ => "?",
    });
}
