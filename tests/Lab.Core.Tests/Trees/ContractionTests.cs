using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class ContractionTests
{
    /// <summary>"John saw Mary", with the scores of McDonald et al. 2005, figure 2: the best heads of "John" and "saw" are each other.</summary>
    private static Tensor Scores() => tensor(new double[,] { { 0, 9, 10, 9 }, { 0, 0, 20, 3 }, { 0, 30, 0, 30 }, { 0, 11, 0, 0 } });

    [Fact]
    public void The_paper_s_example_is_contracted_once()
    {
        using var scope = NewDisposeScope();
        var steps = DependencyCrf.Contractions(Scores(), singleRoot: false);
        Assert.Equal(2, steps.Count);
        Assert.Equal([-1, 2, 1, 2], steps[0].Best);
        Assert.Equal([1, 2], steps[0].Circle);
        Assert.Equal([[0], [3], [1, 2]], steps[1].Nodes);
        Assert.Empty(steps[1].Circle);
        Assert.Equal(-10, steps[1].Scores[0, 2]);                            // onto "saw": 10 in place of 20
        Assert.Equal(-19, steps[1].Scores[1, 2]);                            // from "Mary" onto "John": 11 in place of 30
        var best = DependencyCrf.BestHeads(Scores().unsqueeze(0), singleRoot: false);
        Assert.Equal([2, 0, 2], best.Heads[0].data<long>().ToArray());
        Assert.Equal(70, best.Scores.ToDouble());
    }

    [Fact]
    public void A_penalty_on_the_root_is_not_the_same_as_one_root()
    {
        using var scope = NewDisposeScope();
        // Both words want the root, by more than any penalty of 1000 would take away.
        var scores = tensor(new double[,] { { 0, 1e6, 1e6 }, { 0, 0, -1e6 }, { 0, -3e6, 0 } });
        Assert.Equal([0, 0], DependencyCrf.BestHeads(scores.unsqueeze(0), singleRoot: false).Heads[0].data<long>().ToArray());
        var single = DependencyCrf.BestHeads(scores.unsqueeze(0));
        Assert.Equal([0, 1], single.Heads[0].data<long>().ToArray());
        Assert.Equal(0, single.Scores.ToDouble());
    }

    [Fact]
    public void Two_words_that_prefer_each_other_do_not_cancel_the_determinant()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new double[,] { { 0, 0, 0 }, { 0, 0, 1e4 }, { 0, 1e4, 0 } }).unsqueeze(0);
        Assert.Equal(1e4 + Math.Log(2), DependencyCrf.HeadsLogPartition(scores).ToDouble(), 8);
        Assert.Equal(1e4 + Math.Log(2), DependencyCrf.HeadsLogPartition(scores, singleRoot: false).ToDouble(), 8);
    }

    [Fact]
    public void Other_shapes_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => DependencyCrf.Contractions(ones(1, 3, 3)));
        Assert.Throws<ArgumentException>(() => DependencyCrf.Contractions(ones(1, 1)));
        Assert.Throws<ArgumentException>(() => HeadTree.IsTree([3]));
        Assert.Throws<ArgumentException>(() => HeadTree.IsProjective([-1]));
    }
}
