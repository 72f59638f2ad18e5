using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

/// <summary>Labels with an empty one among them.</summary>
public sealed class SpanLabelsTests
{
    private const string Flat = "(S (NP (DT the) (JJ old) (NN dog)) (VP (VBD slept) (PP (IN in) (NP (NNP May)))) (. .))";

    [Fact]
    public void New_constituents_are_one_label_and_it_is_the_first()
    {
        var tree = ParseTree.Parse(Flat);
        Assert.Equal(["@", ".", "DT", "IN", "JJ", "NN", "NP", "NP+NNP", "PP", "S", "VBD", "VP"], new SpanLabels([tree], empty: true).Names);
        Assert.Contains("@NP", new SpanLabels([tree]).Names);
        Assert.Equal("@", new SpanLabels([ParseTree.Parse("(S (NN a) (NN b))")], empty: true).Names[SpanLabels.Empty]);
    }

    [Fact]
    public void Trees_of_any_shape_come_back()
    {
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            using var scope = NewDisposeScope();
            var tree = BinarizationTests.Any(random, random.Next(5));
            var labels = new SpanLabels([tree], empty: true);
            Assert.True(labels.Knows(tree));
            Assert.Equal(tree.ToString(), labels.Decode(labels.Encode([tree])[0], tree.Words).ToString());
        }
    }

    [Fact]
    public void However_a_tree_is_made_binary_it_is_the_same_with_the_same_score()
    {
        using var scope = NewDisposeScope();
        var tree = ParseTree.Parse("(S (A a) (B b) (C c))");
        var labels = new SpanLabels([tree], empty: true);
        var toTheRight = labels.Encode([tree]);
        var toTheLeft = toTheRight.clone();
        (toTheLeft[0, 1, 2], toTheLeft[0, 0, 1]) = (tensor(TreeCrf.NoSpan), tensor((long)SpanLabels.Empty));
        Assert.Equal(tree.ToString(), labels.Decode(toTheLeft[0], tree.Words).ToString());

        manual_seed(3);
        using var head = new SpanHead(6, 5, labels.Names.Count);
        var spans = head.call(randn(1, 3, 6), null);
        var scores = cat([TreeCrf.TreeScore(spans, toTheLeft), TreeCrf.TreeScore(spans, toTheRight)]);
        Assert.Equal(scores[0].ToSingle(), scores[1].ToSingle(), 1e-5f);
        Assert.NotEqual(0, scores[0].ToSingle());
        // Both ways share the probability of a sure model, and neither is an error of the other.
        var sure = full([1, 3, 3, labels.Names.Count], -50.0f);
        foreach (var (first, last, label) in new[] { (0, 0, "A"), (1, 1, "B"), (2, 2, "C"), (0, 2, "S") })
            sure[0, first, last, labels[label]!.Value] = 50;
        sure[0, 1, 2, SpanLabels.Empty] = sure[0, 0, 1, SpanLabels.Empty] = 0;
        Assert.Equal(Math.Log(2), TreeCrf.TreeNegativeLogLikelihood(sure, toTheRight).ToDouble(), 1e-5);
        Assert.Equal(0, TreeCrf.TreeHinge(sure, toTheRight, empty: SpanLabels.Empty).ToDouble());
        Assert.Equal(1, TreeCrf.TreeHinge(sure, toTheRight).ToDouble());
    }

    [Fact]
    public void Words_and_wider_constituents_have_labels_of_their_own()
    {
        using var scope = NewDisposeScope();
        var labels = new SpanLabels([ParseTree.Parse("(S (A a) (B b) (C c))")], empty: true);                 // @ A B C S
        var kept = labels.Restrict(zeros(1, 2, 2, 5)).isneginf().logical_not().to(ScalarType.Int64);
        Assert.Equal([0, 1, 1, 1, 0], kept[0, 1, 1].data<long>().ToArray());
        Assert.Equal([1, 0, 0, 0, 1], kept[0, 0, 1].data<long>().ToArray());
        Assert.Equal([float.NegativeInfinity, 0, 0, 0, 0], labels.Root().data<float>().ToArray());
        Assert.Equal([0, 0, 0, 0, 0], new SpanLabels([ParseTree.Parse("(S (A a) (B b) (C c))")]).Root().data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => labels.Restrict(zeros(1, 2, 2, 4)));
        Assert.Throws<ArgumentException>(() => labels.Restrict(zeros([1, 2, 2, 5], ScalarType.Int64)));
    }

    [Fact]
    public void The_empty_label_cannot_stand_over_a_word_or_over_all()
    {
        using var scope = NewDisposeScope();
        var labels = new SpanLabels([ParseTree.Parse("(S (A a) (B b) (C c))")], empty: true);
        foreach (var (first, last) in new[] { (0, 2), (1, 1) })
        {
            var chart = labels.Encode([ParseTree.Parse("(S (A a) (B b) (C c))")])[0];
            chart[first, last] = SpanLabels.Empty;
            Assert.Throws<ArgumentException>("chart", () => labels.Decode(chart, ["a", "b", "c"]));
        }
    }
}
