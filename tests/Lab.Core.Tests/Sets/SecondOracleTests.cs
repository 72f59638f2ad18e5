using Lab.Core.Sets;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sets;

/// <summary>
/// Assignment against OR-Tools, which enumerates nothing: so tables may be larger than those of the specs. Costs are whole numbers whose sums a double
/// holds exactly, and answers must be equal to the last digit.
/// </summary>
public sealed class SecondOracleTests
{
    /// <summary>Rows, columns, and the greatest cost: ties, usual, and as large as sums stay exact.</summary>
    public static TheoryData<int, int, long> Tables()
    {
        var tables = new TheoryData<int, int, long>();
        foreach (var (n, m) in new[] { (1, 1), (2, 7), (9, 9), (17, 8), (40, 40), (33, 64), (100, 20), (100, 100), (150, 149) })
            foreach (var most in new[] { 1L, 5L, 1000L, 10_000_000_000_000L })
                tables.Add(n, m, most);
        return tables;
    }

    [Theory, MemberData(nameof(Tables))]
    public void Assignment_costs_what_the_flow_costs(int n, int m, long most)
    {
        using var scope = NewDisposeScope();
        var costs = Costs(n, m, most, new Random(n * 31 + m));
        var (pairs, least) = FlowOracle.Any(costs);
        Assert.Equal(Math.Min(n, m), pairs);
        if (n == m)
            Assert.Equal(least, FlowOracle.Square(Full(costs)));
        Assert.Equal(least, Cost(costs));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void Forbidden_pairs_are_kept_from_and_what_has_no_assignment_is_refused(double forbidden)
    {
        using var scope = NewDisposeScope();
        var random = new Random(5);
        var refused = 0;
        foreach (var (n, m) in new[] { (4, 4), (6, 11), (20, 20), (12, 30), (31, 30), (60, 60) })
            for (var table = 0; table < 6; table++)
            {
                var costs = Costs(n, m, table % 2 == 0 ? 3 : 1_000_000_000, random);
                for (var i = 0; i < n; i++)
                    for (var j = 0; j < m; j++)
                        if (random.NextDouble() < forbidden)
                            costs[i, j] = null;
                var (pairs, least) = FlowOracle.Any(costs);
                if (pairs == Math.Min(n, m))
                    Assert.Equal(least, Cost(costs));
                else
                {
                    refused++;
                    Assert.Equal("costs", Assert.Throws<ArgumentException>(() => Cost(costs)).ParamName);
                }
            }
        Assert.True(forbidden < 0.5 || refused > 0, "No table was without an assignment: the test says too little.");
    }

    /// <summary>Every row wants the same columns in the same order: each path that is grown runs through all rows before it.</summary>
    [Theory]
    [InlineData(60, 60)]
    [InlineData(80, 60)]
    public void The_longest_paths_end_at_the_same_cost(int n, int m)
    {
        using var scope = NewDisposeScope();
        var costs = new long?[n, m];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                costs[i, j] = (i + 1L) * (j + 1);
        Assert.Equal(FlowOracle.Any(costs).Cost, Cost(costs));
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(15, 40)]
    [InlineData(40, 15)]
    public void An_auction_of_whole_numbers_ends_there_too(int n, int m)
    {
        using var scope = NewDisposeScope();
        foreach (var most in new[] { 2L, 300L })
        {
            var costs = Costs(n, m, most, new Random(n));
            var sold = Matching.Auction(Table(costs), 0.9 / Math.Max(n, m));
            Assert.Equal(FlowOracle.Any(costs).Cost, (long)sold.Costs.ToDouble());
        }
    }

    private static long?[,] Costs(int n, int m, long most, Random random)
    {
        var costs = new long?[n, m];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                costs[i, j] = random.NextInt64(-most, most + 1);
        return costs;
    }

    private static long Cost(long?[,] costs) => (long)Matching.LinearAssignment(Table(costs)).Costs.ToDouble();

    private static Tensor Table(long?[,] costs)
    {
        var entries = costs.Cast<long?>().Select(c => (double?)c ?? double.PositiveInfinity).ToArray();
        return tensor(entries, [1, costs.GetLength(0), costs.GetLength(1)]);
    }

    private static long[,] Full(long?[,] costs)
    {
        var full = new long[costs.GetLength(0), costs.GetLength(1)];
        for (var i = 0; i < full.GetLength(0); i++)
            for (var j = 0; j < full.GetLength(1); j++)
                full[i, j] = costs[i, j]!.Value;
        return full;
    }
}
