using System.Text.Json;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class LatticeTests
{
    private static readonly string[] tags = ["O", "B", "I"];
    private static readonly string[] words = ["New", "York"];

    [Fact]
    public void Nodes_edges_and_paths_are_drawn()
    {
        var edges = zeros(1, 3, 3);
        edges[0, 1, 2] = 0.9;
        var nodes = tensor(new[,] { { 0.1, 0.9, double.NegativeInfinity }, { 0.2, 0.3, 0.5 } });
        var data = Data(Plot.Lattice(nodes, "c", tags, words, edges, [new("best", [1, 2])]));
        var (edge, path, node) = (data[0], data[1], data[2]);
        Assert.Equal(3, data.Length);                                     // one shade of edges, one path, the nodes
        Assert.Equal("[0,1,null]", edge.GetProperty("x").GetRawText().Replace("0.0", "0", StringComparison.Ordinal));
        Assert.Equal([1, 2], path.GetProperty("y").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(["0.1", "0.9", "", "0.2", "0.3", "0.5"], node.GetProperty("text").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public void Without_weights_every_edge_is_drawn() =>
        Assert.Equal(27, Data(Plot.Lattice(zeros(2, 3), "c", tags, words))[0].GetProperty("x").GetArrayLength());

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("columns must hold 3 items", Wrong(() => Plot.Lattice(zeros(3, 3), "c", tags, words)), StringComparison.Ordinal);
        Assert.Contains("rows must hold 2 items", Wrong(() => Plot.Lattice(zeros(2, 2), "c", tags, words)), StringComparison.Ordinal);
        Assert.Contains("edges must have shape [1, 3, 3], got [2, 3, 3]", Wrong(() => Plot.Lattice(zeros(2, 3), "c", tags, words, zeros(2, 3, 3))), StringComparison.Ordinal);
        Assert.Contains("got 1, 3 in 'p'", Wrong(() => Plot.Lattice(zeros(2, 3), "c", tags, words, paths: [new("p", [1, 3])])), StringComparison.Ordinal);
    }

    private static string Wrong(Action draw) => Assert.Throws<ArgumentException>(draw).Message;

    private static JsonElement[] Data(Figure figure) => [.. FigureTests.Json(figure).GetProperty("data").EnumerateArray()];
}
