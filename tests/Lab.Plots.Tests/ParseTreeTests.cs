using System.Text.Json;
using Lab.Core.Trees;

namespace Lab.Plots.Tests;

public sealed class ParseTreeTests
{
    [Fact]
    public void Constituents_stand_above_the_middle_of_their_parts_and_words_below()
    {
        var tree = ParseTree.Parse("(S (NP (DT the) (NN dog)) (VP (VBD slept)))");
        var data = Data(Plot.ParseTree(tree, "c", node => node.Label == "VP"));
        var places = data.Skip(1).Take(2).SelectMany(t => Doubles(t, "x").Zip(Doubles(t, "y"), Texts(t))).ToDictionary(p => p.Third, p => (p.First, p.Second));
        Assert.Equal((0.5, 1), places["<b>NP</b>"]);
        Assert.Equal((2, 1), places["<b>VP</b>"]);
        Assert.Equal((1.25, 2), places["<b>S</b>"]);
        Assert.Equal(["<i>the</i>", "<i>dog</i>", "<i>slept</i>"], Texts(data[3]));
        Assert.Equal(3 * 8, Doubles(data[0], "x").Length);                  // five edges between nodes, three to words
    }

    [Fact]
    public void Arcs_lead_from_heads_to_words_above_and_below()
    {
        var figure = Plot.Arcs(["the", "dog", "slept"], [new("right", [2, 3, 0], ["det", "nsubj", "root"]), new("found", [3, 3, -1], Below: true)], "c");
        var data = Data(figure);
        Assert.Equal(["right", "found"], data.Where(t => t.TryGetProperty("name", out _)).Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(3, Doubles(data[1], "x").Length);                      // a tip for each word
        Assert.Equal(2, Doubles(data[3], "x").Length);                      // -1 is not drawn
        Assert.All(Doubles(data[3], "y"), y => Assert.True(y < 0));
        Assert.Equal(["<b>the</b>", "<b>dog</b>", "<b>slept</b>"], Texts(data[4]));
        var layout = FigureTests.Json(figure).GetProperty("layout").GetProperty("annotations").EnumerateArray().Select(a => a.GetProperty("text").GetString()).ToArray();
        Assert.Contains("det", layout);
        Assert.Contains("nsubj", layout);
    }

    [Fact]
    public void Heads_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Plot.Arcs([], [new("a", [])], "c"));
        Assert.Throws<ArgumentException>(() => Plot.Arcs(["a"], [], "c"));
        Assert.Throws<ArgumentException>(() => Plot.Arcs(["a"], [new("a", [0, 1])], "c"));
        Assert.Throws<ArgumentException>(() => Plot.Arcs(["a"], [new("a", [0], [])], "c"));
        Assert.Contains("got 2 in 'a'", Assert.Throws<ArgumentException>(() => Plot.Arcs(["a"], [new("a", [2])], "c")).Message, StringComparison.Ordinal);
    }

    private static JsonElement[] Data(Figure figure) => [.. FigureTests.Json(figure).GetProperty("data").EnumerateArray()];

    private static double[] Doubles(JsonElement trace, string name) =>
        [.. trace.GetProperty(name).EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? double.NaN : v.GetDouble())];

    private static string[] Texts(JsonElement trace) => [.. trace.GetProperty("text").EnumerateArray().Select(v => v.GetString()!)];
}
