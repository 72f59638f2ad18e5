using Lab.Core.Heads;

namespace Lab.Core.Tests.Heads;

/// <summary>Trees with a class at each leaf.</summary>
public sealed class CodeTreeTests
{
    public static TheoryData<CodeTree> Trees =>
    [
        CodeTree.Flat(2), CodeTree.Flat(7), CodeTree.Balanced(2), CodeTree.Balanced(7), CodeTree.Balanced(8), CodeTree.Balanced(10, 3),
        CodeTree.Balanced(1000, 32), CodeTree.Huffman([1, 1]), CodeTree.Huffman([0, 0, 0]), CodeTree.Huffman([5, 1, 1, 1]),
        CodeTree.Huffman([.. Enumerable.Range(1, 300).Select(k => 1.0 / k)]),
    ];

    [Theory, MemberData(nameof(Trees))]
    public void Every_class_has_a_path_of_its_own_and_no_branch_is_idle(CodeTree tree)
    {
        var paths = Enumerable.Range(0, tree.Classes).Select(tree.Path).ToArray();
        Assert.Equal(tree.Classes, paths.Select(p => string.Join(' ', p)).Distinct().Count());
        Assert.All(paths, p => Assert.Equal((0, p.Count), (p[0].Node, p.Select(step => step.Node).Distinct().Count())));

        var taken = paths.SelectMany(p => p).ToHashSet();
        Assert.Equal(tree.Widths.Sum(), taken.Count);
        Assert.All(taken, step => Assert.InRange(step.Branch, 0, tree.Widths[step.Node] - 1));
        Assert.All(tree.Widths, width => Assert.True(width >= 2));
        Assert.Equal(1, paths.Sum(p => p.Aggregate(1.0, (share, step) => share / tree.Widths[step.Node])), 12);   // Kraft
    }

    [Theory]
    [InlineData(1.0, 1.0, 1.0, 1.0)]
    [InlineData(8.0, 4.0, 2.0, 1.0, 1.0)]
    [InlineData(100.0, 1.0, 1.0, 1.0, 1.0, 1.0)]
    [InlineData(3.0, 0.0, 0.0, 5.0)]
    public void The_average_class_of_a_Huffman_tree_takes_the_entropy_or_up_to_one_more(params double[] counts)
    {
        var total = counts.Sum();
        var entropy = -counts.Where(c => c > 0).Sum(c => c / total * Math.Log2(c / total));
        var length = Average(CodeTree.Huffman(counts), counts);
        Assert.InRange(length, entropy - 1e-12, entropy + 1);
        Assert.True(length <= Average(CodeTree.Balanced(counts.Length), counts));
    }

    [Fact]
    public void No_binary_tree_has_a_shorter_average_path_than_Huffmans()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var counts = Enumerable.Range(0, random.Next(2, 7)).Select(_ => (double)random.Next(0, 10)).ToArray();
            var huffman = CodeTree.Huffman(counts);
            Assert.Equal(Shortest(counts), Enumerable.Range(0, counts.Length).Sum(k => counts[k] * huffman.CodeLength(k)), 9);
        }
    }

    [Fact]
    public void Counts_by_halves_give_unary_codes_and_equal_counts_equal_ones()
    {
        Assert.Equal([1, 2, 3, 4, 4], Lengths(CodeTree.Huffman([8, 4, 2, 1, 1])));
        Assert.Equal([3, 3, 3, 3, 3, 3, 3, 3], Lengths(CodeTree.Huffman([0, 0, 0, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void A_balanced_tree_is_as_deep_as_need_be()
    {
        Assert.Equal([3, 3, 3, 3, 3, 3, 3, 3], Lengths(CodeTree.Balanced(8)));
        Assert.All(Lengths(CodeTree.Balanced(50_000)), length => Assert.InRange(length, 15, 16));
        Assert.All(Lengths(CodeTree.Balanced(50_000, 224)), length => Assert.Equal(2, length));
        Assert.Equal([1, 1, 1], Lengths(CodeTree.Flat(3)));
    }

    [Fact]
    public void Bad_input_is_refused_by_name()
    {
        Assert.Equal("counts", Assert.Throws<ArgumentNullException>(() => CodeTree.Huffman(null!)).ParamName);
        foreach (var counts in new double[][] { [], [1], [1, -1], [1, double.NaN], [double.PositiveInfinity, 1] })
            Assert.Equal("counts", Assert.Throws<ArgumentException>(() => CodeTree.Huffman(counts)).ParamName);
        Assert.Equal("classes", Assert.Throws<ArgumentOutOfRangeException>(() => CodeTree.Balanced(1)).ParamName);
        Assert.Equal("classes", Assert.Throws<ArgumentOutOfRangeException>(() => CodeTree.Flat(1)).ParamName);
        Assert.Equal("branches", Assert.Throws<ArgumentOutOfRangeException>(() => CodeTree.Balanced(5, 1)).ParamName);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => CodeTree.Flat(3).Path(3)).ParamName);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => CodeTree.Flat(3).CodeLength(-1)).ParamName);
    }

    private static int[] Lengths(CodeTree tree) => [.. Enumerable.Range(0, tree.Classes).Select(tree.CodeLength)];

    private static double Average(CodeTree tree, double[] counts) =>
        counts.Select((count, k) => count * tree.CodeLength(k)).Sum() / counts.Sum();

    /// <summary>The shortest total path of any binary tree: by trying every first split.</summary>
    private static double Shortest(double[] counts)
    {
        var all = (1 << counts.Length) - 1;
        var best = new double[all + 1];
        for (var set = 1; set <= all; set++)
        {
            if ((set & (set - 1)) == 0)
                continue;                                                 // a leaf
            best[set] = double.PositiveInfinity;
            for (var part = (set - 1) & set; part > 0; part = (part - 1) & set)
                best[set] = Math.Min(best[set], best[part] + best[set ^ part]);
            best[set] += Enumerable.Range(0, counts.Length).Where(k => (set >> k & 1) == 1).Sum(k => counts[k]);
        }
        return best[all];
    }
}
