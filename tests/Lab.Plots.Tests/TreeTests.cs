using System.Text.Json;

namespace Lab.Plots.Tests;

public sealed class TreeTests
{
    [Fact]
    public void Every_node_is_written_and_hangs_on_its_parent()
    {
        var json = FigureTests.Json(Plot.Tree(
            [new(-1, "root"), new(0, "a", 1, "0.6"), new(0, "b"), new(1, "c", 1), new(1, "<d>")], ["dropped", "kept"], "A tree.", "step"));
        var texts = json.GetProperty("layout").GetProperty("annotations").EnumerateArray()
            .Select(a => a.GetProperty("text").GetString()!).Where(t => t.StartsWith("<b>", StringComparison.Ordinal)).ToArray();
        Assert.Equal(5, texts.Length);
        Assert.Contains("<b>a</b>", texts[1], StringComparison.Ordinal);
        Assert.Contains("0.6", texts[1], StringComparison.Ordinal);
        Assert.Contains("&lt;d>", texts[4], StringComparison.Ordinal);

        var edges = json.GetProperty("data")[0].GetProperty("x").EnumerateArray().ToArray();
        Assert.Equal(16, edges.Length);                               // four edges of three points and a gap
        var kinds = json.GetProperty("data").EnumerateArray().Skip(1).Select(t => t.GetProperty("name").GetString()).ToArray();
        Assert.Equal(["dropped", "kept"], kinds);
    }

    [Fact]
    public void Leaves_have_rows_of_their_own_and_parents_stand_beside_the_middle()
    {
        var markers = FigureTests.Json(Plot.Tree([new(-1, "root"), new(0, "a"), new(0, "b"), new(0, "c")], ["all"], "A tree.", "step")).GetProperty("data")[1];
        Assert.Equal([0.0, 1, 1, 1], Doubles(markers.GetProperty("x")));
        Assert.Equal([-1.0, 0, -1, -2], Doubles(markers.GetProperty("y")));
    }

    [Theory]
    [InlineData(1, 0, "got parent 1 of node 0")]
    [InlineData(-2, 0, "got parent -2 of node 0")]
    [InlineData(-1, 1, "got kind 1 of node 0")]
    public void What_is_no_tree_is_refused(int parent, int kind, string words) => Assert.Contains(
        words, Assert.Throws<ArgumentException>(() => Plot.Tree([new(parent, "a", kind)], ["all"], "A tree.", "step")).Message, StringComparison.Ordinal);

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
