using Google.OrTools.Graph;

namespace Lab.Core.Tests.Sets;

/// <summary>
/// Assignment as others solve it: OR-Tools' push-relabel for square tables, and its flow of least cost where sides differ or pairs are missing.
/// Both take whole numbers and are exact.
/// </summary>
internal static class FlowOracle
{
    /// <summary>The least cost of a square table without forbidden pairs.</summary>
    public static long Square(long[,] costs)
    {
        var n = costs.GetLength(0);
        using var solver = new LinearSumAssignment();
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                solver.AddArcWithCost(i, j, costs[i, j]);
        Assert.Equal(LinearSumAssignment.Status.OPTIMAL, solver.Solve());
        return solver.OptimalCost();
    }

    /// <summary>How many pairs there can be at most, and what so many cost at least; null forbids a pair.</summary>
    public static (long Pairs, long Cost) Any(long?[,] costs)
    {
        var (n, m) = (costs.GetLength(0), costs.GetLength(1));
        var (source, sink) = (n + m, n + m + 1);
        using var flow = new MinCostFlow();
        for (var i = 0; i < n; i++)
            flow.AddArcWithCapacityAndUnitCost(source, i, 1, 0);
        for (var j = 0; j < m; j++)
            flow.AddArcWithCapacityAndUnitCost(n + j, sink, 1, 0);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                if (costs[i, j] is { } cost)
                    flow.AddArcWithCapacityAndUnitCost(i, n + j, 1, cost);
        flow.SetNodeSupply(source, Math.Min(n, m));
        flow.SetNodeSupply(sink, -Math.Min(n, m));
        Assert.Equal(MinCostFlow.Status.OPTIMAL, flow.SolveMaxFlowWithMinCost());
        return (flow.MaximumFlow(), flow.OptimalCost());
    }
}
