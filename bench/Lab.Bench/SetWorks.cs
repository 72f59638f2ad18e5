using Lab.Core.Sets;
using Lab.Specs.Sets;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>The rows of sets: linear assignment, and the whole matcher of a batch.</summary>
internal static class SetWorks
{
    /// <summary>Queries and targets of a picture; square tables, of real numbers and of few whole ones.</summary>
    private static readonly (int N, int M, bool Whole)[] sizes = [(100, 20, false), (100, 100, false), (1000, 1000, false), (1000, 1000, true)];

    private static readonly (int N, int M, bool Whole)[] quick = [(12, 5, false), (9, 9, true)];

    public static IEnumerable<Work> All(bool quick)
    {
        var spec = new LinearAssignmentSpec();
        foreach (var (n, m, whole) in quick ? SetWorks.quick : sizes)
        {
            var table = new CostsCase { B = 1, N = n, M = m, Whole = whole, Seed = 1 };
            yield return Work.Of(
                spec, $"{n} x {m}{(whole ? ", whole numbers" : "")}", table, [("kernel", x => spec.Call(Matching.LinearAssignment, table, x)[0])],
                x => Textbook(x[0]).Costs, "the textbook's loop in C#", mostDifference: 1e-3);
        }
        var sets = quick
            ? new SetsCase { B = 2, Q = 6, M = 3, K = 4, Full = true, Seed = 1 }
            : new SetsCase { B = 8, Q = 100, M = 20, K = 91, Full = true, Seed = 1 };
        yield return Work.Of(
            new HungarianMatcherSpec(), $"{sets.B} x {sets.Q} x {sets.M}", sets,
            [("kernel", x => Matching.HungarianMatcher(new(x[0], x[1]), new(x[2], x[3], x[4])).to(float32))],
            x => Textbook(Matching.MatchingCosts(new(x[0], x[1]), new(x[2], x[3], x[4])).transpose(1, 2)).Columns.to(float32),
            "costs and the textbook's loop", mostDifference: 1e-3);
    }

    /// <summary>The Hungarian method as it is taught, with potentials and O(n³) steps, for no more rows than columns.</summary>
    private static (Tensor Columns, Tensor Costs) Textbook(Tensor costs)
    {
        if (costs.size(1) > costs.size(2))
            costs = costs.transpose(1, 2);
        var (B, n, m) = ((int)costs.size(0), (int)costs.size(1), (int)costs.size(2));
        var (columns, totals) = (new long[B, n], new float[B]);
        for (var b = 0; b < B; b++)
        {
            double[] table = [.. costs[b].to(float64).contiguous().data<double>()];
            var (u, v, owner, way) = (new double[n + 1], new double[m + 1], new int[m + 1], new int[m + 1]);
            for (var i = 1; i <= n; i++)
            {
                var (least, used, j0) = (new double[m + 1], new bool[m + 1], 0);
                Array.Fill(least, double.PositiveInfinity);
                owner[0] = i;
                do
                {
                    used[j0] = true;
                    var (row, delta, next) = (owner[j0], double.PositiveInfinity, 0);
                    for (var j = 1; j <= m; j++)
                    {
                        if (used[j])
                            continue;
                        var reduced = table[(row - 1) * m + j - 1] - u[row] - v[j];
                        if (reduced < least[j])
                            (least[j], way[j]) = (reduced, j0);
                        if (least[j] < delta)
                            (delta, next) = (least[j], j);
                    }
                    for (var j = 0; j <= m; j++)
                    {
                        if (used[j])
                            (u[owner[j]], v[j]) = (u[owner[j]] + delta, v[j] - delta);
                        else
                            least[j] -= delta;
                    }
                    j0 = next;
                }
                while (owner[j0] != 0);
                for (; j0 != 0; j0 = way[j0])
                    owner[j0] = owner[way[j0]];
            }
            for (var j = 1; j <= m; j++)
                if (owner[j] > 0)
                    (columns[b, owner[j] - 1], totals[b]) = (j - 1, totals[b] + (float)table[(owner[j] - 1) * m + j - 1]);
        }
        return (tensor(columns), tensor(totals));
    }
}
