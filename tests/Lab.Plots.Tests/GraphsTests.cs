using Lab.Plots.Drawing;

namespace Lab.Plots.Tests;

public sealed class GraphsTests
{
    [Fact]
    public void Rings_are_regular_and_edges_of_one_length()
    {
        GraphLine[] ring = [.. Enumerable.Range(0, 6).Select(i => new GraphLine(i, (i + 1) % 6))];
        var places = GraphLayout.Of(6, ring);
        Assert.All(ring, l => Assert.Equal(1, Distance(places, l.From, l.To), 2));
        for (var i = 0; i < 3; i++)
            Assert.Equal(2, Distance(places, i, i + 3), 2);
    }

    [Fact]
    public void Chains_go_zigzag_and_straight_on_at_triple_bonds()
    {
        var chain = GraphLayout.Of(6, [.. Enumerable.Range(0, 5).Select(i => new GraphLine(i, i + 1))]);
        for (var i = 0; i < 4; i++)
            Assert.InRange(Distance(chain, i, i + 2), 1.65, 1.82);
        Assert.True(Distance(chain, 0, 5) > 4);
        var alkyne = GraphLayout.Of(4, [new(0, 1), new(1, 2, 3), new(2, 3)]);
        Assert.Equal(3, Distance(alkyne, 0, 3), 1);
    }

    [Fact]
    public void Pieces_stand_side_by_side()
    {
        var places = GraphLayout.Of(4, [new(0, 2), new(1, 3)]);
        Assert.True(Distance(places, 0, 1) > 0.9);
        Assert.True(Distance(places, 2, 3) > 0.9);
    }

    [Fact]
    public void A_double_bond_is_two_lines_and_letters_are_written()
    {
        var json = FigureTests.Json(Plot.Graphs([new(["", "O"], [new(0, 1, 2)]) { Title = "formaldehyde" }], "A molecule.")).GetProperty("data");
        Assert.Equal(6, json[0].GetProperty("x").GetArrayLength());               // two lines, a gap behind each
        Assert.Equal("O", Assert.Single(json[1].GetProperty("text").EnumerateArray()).GetString());
    }

    [Fact]
    public void What_is_no_graph_is_refused()
    {
        Refused("got 0 and 2 of 2", new(["", ""], [new(0, 2)]));
        Refused("got 0 and 0 of 2", new(["", ""], [new(0, 0)]));
        Refused("got 5", new(["", ""], [new(0, 1, 5)]));
        Refused("and 2", new(["", ""], [new(0, 1, 1, 2)]));
        Refused("got 1 for 2", new(["", ""], []) { Places = [(0, 0)] });
        Refused("got 1 for 2", new(["", ""], []) { Fill = [0] });
        Refused("got [2]", new(["", ""], []) { Marked = [2] });
        Assert.Throws<ArgumentException>(() => Plot.Graphs([], "Nothing."));

        static void Refused(string words, GraphDrawing graph) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => Plot.Graphs([graph], "A graph.")).Message, StringComparison.Ordinal);
    }

    private static double Distance((double X, double Y)[] places, int i, int j) =>
        Math.Sqrt(Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2));
}
