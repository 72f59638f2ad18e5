using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Every way to give each member of the smaller side a partner, one by one.</summary>
internal static class AllAssignments
{
    /// <summary>The cheapest of each table; prices are left at 0.</summary>
    public static Assignment Cheapest(Tensor costs, Tensor? counts)
    {
        var (B, N, M) = (costs.size(0), (int)costs.size(1), (int)costs.size(2));
        var (columns, rows, totals) = (new long[B * N], new long[B * M], new double[B]);
        Array.Fill(columns, Matching.Unmatched);
        Array.Fill(rows, Matching.Unmatched);
        for (var b = 0; b < B; b++)
        {
            var (table, count) = (ClosedForm.Numbers(costs[b]), counts is null ? M : (int)ClosedForm.Indices(counts)[b]);
            var (least, best) = (double.PositiveInfinity, new List<(int Row, int Column)>());
            foreach (var pairs in Of(N, count))
            {
                var total = pairs.Sum(p => table[p.Row * M + p.Column]);
                if (total < least || best.Count == 0)
                    (least, best) = (total, pairs);
            }
            totals[b] = best.Sum(p => table[p.Row * M + p.Column]);
            foreach (var (row, column) in best)
                (columns[b * N + row], rows[b * M + column]) = (column, row);
        }
        return new(
            tensor(columns, ScalarType.Int64).reshape(B, N), tensor(rows, ScalarType.Int64).reshape(B, M),
            tensor(totals, ScalarType.Float64).to(costs.dtype), zeros([B, N], costs.dtype), zeros([B, M], costs.dtype));
    }

    /// <summary>The costs; the rest, which need not be the same where costs are equal, is freed.</summary>
    public static Tensor[] CostsOf(Assignment assignment)
    {
        foreach (var other in new[] { assignment.Columns, assignment.Rows, assignment.RowPrices, assignment.ColumnPrices })
            other.Dispose();
        return [assignment.Costs];
    }

    /// <summary>All full assignments of n rows and m columns.</summary>
    public static IEnumerable<List<(int Row, int Column)>> Of(int n, int m) => n <= m
        ? Partners(n, m).Select(chosen => chosen.Select((column, row) => (row, column)).ToList())
        : Partners(m, n).Select(chosen => chosen.Select((row, column) => (row, column)).ToList());

    private static IEnumerable<int[]> Partners(int few, int many)
    {
        if (few == 0)
            return [[]];
        return from before in Partners(few - 1, many)
               from last in Enumerable.Range(0, many)
               where !before.Contains(last)
               select (int[])[.. before, last];
    }

    /// <summary>Each member of the smaller side has a partner of its own, both lists say the same, and the cost is that of the pairs.</summary>
    public static Verdict IsAssignment(Assignment got, Tensor costs, Tensor? counts, Tolerance tolerance)
    {
        var (B, N, M) = (costs.size(0), costs.size(1), costs.size(2));
        var (columns, rows, table) = (ClosedForm.Indices(got.Columns), ClosedForm.Indices(got.Rows), ClosedForm.Numbers(costs));
        var totals = new double[B];
        for (var b = 0; b < B; b++)
        {
            var count = counts is null ? M : ClosedForm.Indices(counts)[b];
            var matched = 0;
            for (var row = 0; row < N; row++)
            {
                var column = columns[b * N + row];
                if (column == Matching.Unmatched)
                    continue;
                if (column < 0 || column >= count || rows[b * M + column] != row)
                    return Verdict.Fails($"Row {row} of table {b} has column {column}, which does not say the same.");
                matched++;
                totals[b] += table[((b * N) + row) * M + column];
            }
            var named = Enumerable.Range(0, (int)M).Count(j => rows[b * M + j] != Matching.Unmatched);
            if (matched != Math.Min(N, count) || named != matched)
                return Verdict.Fails($"Table {b} has {matched} rows and {named} columns with partners, expected {Math.Min(N, count)}.");
        }
        return Comparison.Same("cost of the pairs", got.Costs.to(ScalarType.Float64), tensor(totals, ScalarType.Float64), tolerance);
    }

    /// <summary>The prices prove that no assignment costs less by more than <paramref name="slack"/> a pair.</summary>
    public static Verdict PricesProve(Assignment got, Tensor costs, Tensor? counts, double slack, double rounding)
    {
        var (N, M) = ((int)costs.size(1), (int)costs.size(2));
        for (var b = 0; b < costs.size(0); b++)
        {
            var count = counts is null ? M : (int)ClosedForm.Indices(counts)[b];
            var table = ClosedForm.Numbers(costs[b]);
            var (u, v) = (ClosedForm.Numbers(got.RowPrices[b]), ClosedForm.Numbers(got.ColumnPrices[b]));
            var (columns, rows) = (ClosedForm.Indices(got.Columns[b]), ClosedForm.Indices(got.Rows[b]));
            for (var i = 0; i < N; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    var reduced = table[i * M + j] - u[i] - v[j];
                    if (reduced < -rounding)
                        return Verdict.Fails($"The pair ({i}, {j}) of table {b} costs {reduced} less than its prices.");
                    if (columns[i] == j && reduced > slack + rounding)
                        return Verdict.Fails($"The matched pair ({i}, {j}) of table {b} costs {reduced} more than its prices.");
                }
            }
            var (larger, free) = N > count ? (u, columns) : (v[..count], rows[..count]);
            if (N != count && larger.Where((price, i) => price > rounding || (slack == 0 && free[i] < 0 && price != 0)).Any())
                return Verdict.Fails($"Table {b}: a price of the larger side is above 0, or is not 0 without a partner.");
            var bound = u.Sum() + v[..count].Sum();
            if (Math.Abs(bound - got.Costs[b].ToDouble()) > Math.Max(N, count) * (slack + 4 * rounding))
                return Verdict.Fails($"Table {b}: the prices sum to {bound}, the costs to {got.Costs[b].ToDouble()}.");
        }
        return Verdict.Holds;
    }
}
