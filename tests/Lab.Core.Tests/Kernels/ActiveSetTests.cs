using Lab.Core.Kernels;

namespace Lab.Core.Tests.Kernels;

/// <summary>Two places with two choices each: parts 0 and 1, 2 and 3.</summary>
public sealed class ActiveSetTests
{
    [Fact]
    public void Two_structures_without_a_common_part_share_by_their_scores()
    {
        var set = new ActiveSet(new([0, 2], 1), 4);
        var other = new Structure([1, 3], 0.5);
        Assert.True(set.Consider(other));
        Assert.Equal(1.5, set.Gap, 12);                                   // 0.5 against 1 less the 2 that its own marginals cost
        set.Enter(other);
        Assert.Equal([0.625, 0.375], set.Weights.Select(w => Math.Round(w, 12)));
        Assert.False(set.Consider(new([0, 2], 1)));
        Assert.Equal(0, set.Gap, 12);
    }

    [Fact]
    public void A_structure_that_is_worth_a_rounding_ends_the_search()
    {
        var set = new ActiveSet(new([0, 2], 0), 4);
        var rounding = new Structure([1, 3], -2 + 1e-12);                 // its share would be a quarter of 1e-12
        Assert.True(set.Consider(rounding));
        set.Enter(rounding);
        Assert.True(set.IsSettled);
        Assert.Single(set.Structures);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1.3)]
    [InlineData(5)]
    public void A_structure_that_others_span_takes_of_their_shares(double score)
    {
        var set = new ActiveSet(new([0, 2], 0), 4);
        foreach (var next in new Structure[] { new([1, 3], 0), new([0, 3], 0.1), new([1, 2], score) })
            if (set.Consider(next))
                set.Enter(next);
        Assert.True(set.Structures.Count <= 3);                           // the four span three dimensions
        Assert.Equal(1, set.Weights.Sum(), 12);
        Assert.All(set.Weights, share => Assert.True(share > 0));
        var all = new Dictionary<string, Structure>
        {
            ["0 2"] = new([0, 2], 0),
            ["1 3"] = new([1, 3], 0),
            ["0 3"] = new([0, 3], 0.1),
            ["1 2"] = new([1, 2], score),
        };
        Assert.All(all.Values, structure => Assert.False(set.Consider(structure) && set.Gap > 1e-12));
    }

    [Fact]
    public void A_factor_that_lost_a_row_is_that_of_the_rest()
    {
        double[][] matrix = [[4, 1, 2, 0, 1], [1, 4, 1, 2, 0], [2, 1, 4, 1, 2], [0, 2, 1, 4, 1], [1, 0, 2, 1, 4]];
        double[] right = [1, -2, 3, 0.5, 4];
        for (var lost = 0; lost < 5; lost++)
        {
            var factor = new GrowingCholesky();
            for (var i = 0; i < 5; i++)
                Assert.True(factor.TryAppend(matrix[i].AsSpan(0, i), 4));
            factor.RemoveAt(lost);
            var kept = Enumerable.Range(0, 5).Where(i => i != lost).ToArray();
            var x = factor.Solve([.. kept.Select(i => right[i])]);
            for (var i = 0; i < 4; i++)
                Assert.Equal(right[kept[i]], Enumerable.Range(0, 4).Sum(j => matrix[kept[i]][kept[j]] * x[j]), 10);
        }
    }

    [Fact]
    public void A_row_that_others_span_is_not_taken()
    {
        var factor = new GrowingCholesky();
        Assert.True(factor.TryAppend([], 2));
        Assert.True(factor.TryAppend([0], 2));
        Assert.True(factor.TryAppend([1, 1], 2));
        Assert.False(factor.TryAppend([1, 1, 0], 2));                     // the first two less the third
        Assert.Equal(3, factor.Size);
    }
}
