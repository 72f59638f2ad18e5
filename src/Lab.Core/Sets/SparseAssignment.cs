using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>A plan that is shared among few assignments.</summary>
/// <param name="Plan">Shares of the pairs, <c>[B, N, M]</c>, most of them exactly 0.</param>
/// <param name="Columns">The assignments that have a share, by the column of each row, <c>[B, S, N]</c>, int64; <see cref="Matching.Unmatched"/>
/// where a row has none, and all along an assignment that is not there. The order is not fixed.</param>
/// <param name="Weights">Their shares, <c>[B, S]</c>; 0 where a table has fewer.</param>
/// <param name="Rounds">How many best assignments were looked at, <c>[B]</c>, int64.</param>
/// <param name="Gaps">A bound on what the objective lacks, <c>[B]</c>: 0, to rounding, where the rounds sufficed.</param>
public sealed record SparsePlan(Tensor Plan, Tensor Columns, Tensor Weights, Tensor Rounds, Tensor Gaps);

public static partial class Matching
{
    /// <summary>Pairs rows with columns softly and sparsely: shares for a few assignments, exactly 0 for most pairs.</summary>
    /// <remarks>
    /// <para>Problem: <c>min Σ P·cost + ½τ·‖P‖²</c> over all plans, which is the plan nearest to <c>-cost/τ</c>. <see cref="Sinkhorn"/> has the
    /// entropy in place of the square, and a share for every pair. Each member of the smaller side has the sum 1, those of the larger side
    /// at most 1, exactly: a plan is a mixture of assignments (Birkhoff). As τ falls it becomes the <see cref="LinearAssignment"/>, where that
    /// is unique already at a positive τ.</para>
    /// <para>Method: SparseMAP's active set with <see cref="LinearAssignment"/> as the only question, see <see cref="Sequences.Crf.SparseMap"/>.</para>
    /// <para>Gradient: through the linear system that the shares solve; <c>-1/τ</c> times a projection. Where costs tie exactly, as when
    /// all are alike, not all assignments that could share are in the set, and the directions to the others are missing.</para>
    /// <para>Numerics: in double precision, on the CPU; answers and gradient live where the costs do. A pair that costs +∞ has the share 0 and
    /// gradient 0.</para>
    /// <para>Oracle: an interior-point method over all assignments. Source: Niculae, Martins, Blondel and Cardie 2018, section 4; Blondel, Seguy and
    /// Rolet 2018 (the squared penalty).</para>
    /// </remarks>
    /// <param name="costs"><c>[B, N, M]</c>, floating point, without NaN and -∞; +∞ forbids a pair.</param>
    /// <param name="temperature">τ, in the unit of the costs, positive.</param>
    /// <param name="rounds">The most assignments to look at, 1 or more. Fewer give a plan that is not yet the best one; its gap says by how
    /// much, in units of τ.</param>
    /// <returns>The plan, its assignments and their shares.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above, or a table in which every full assignment
    /// needs a forbidden pair.</exception>
    public static SparsePlan SparseAssignment(Tensor costs, double temperature = 1, int rounds = 1000)
    {
        Require.FloatingPoint(costs);
        if (costs.shape is not [var B, var N, var M])
            throw Require.BadShape(costs, "[B, N, M]");
        Require.Positive(temperature);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        using var scope = NewDisposeScope();
        var (rows, columns) = ((int)Math.Min(N, M), (int)Math.Max(N, M));
        var scores = (N > M ? costs.transpose(1, 2) : costs).to(ScalarType.Float64) / -temperature;   // fewer rows than columns
        var active = ActiveSets.Solve((int)B, rows * columns, rows, rounds, AssignmentsOf(scores, rows, columns));
        var partners = active.Parts.remainder(Math.Max(1, columns)).to(costs.device);              // [B, S, n]
        var weights = active.Weights.to(costs.device);
        var absent = weights.eq(0);
        var plan = scores;                                                // empty, where a side is
        if (rows > 0)
        {
            var worth = scores.gather(2, partners.transpose(1, 2)).sum(1).masked_fill(absent, 0);  // [B, S]
            if (worth.requires_grad)
                weights = ActiveSets.Following(weights, worth, partners, absent);
            plan = ActiveSets.Marginals(weights, partners, ones([B, rows], ScalarType.Bool, costs.device), columns);
        }
        var chosen = (N > M ? ByRow(partners, N) : partners).masked_fill(absent.unsqueeze(2), Unmatched);
        return new(
            (N > M ? plan.transpose(1, 2) : plan).contiguous().to(costs.dtype).MoveToOuterDisposeScope(), chosen.MoveToOuterDisposeScope(),
            weights.to(costs.dtype).MoveToOuterDisposeScope(), active.Rounds.to(costs.device).MoveToOuterDisposeScope(),
            active.Gaps.to(costs.dtype, costs.device).MoveToOuterDisposeScope());
    }

    /// <summary>The best assignments, once each pair costs something: pair (i, j) is part <c>i·M + j</c>.</summary>
    private static BestStructures AssignmentsOf(Tensor scores, int rows, int columns)
    {
        var (table, size) = (scores.detach().cpu().contiguous(), rows * columns);
        var numbers = table.numel() == 0 ? [] : table.data<double>().ToArray();
        return (tables, prices) =>
        {
            var costs = new double[tables.Count * size];
            for (var i = 0; i < tables.Count; i++)
                for (var part = 0; part < size; part++)
                    costs[i * size + part] = prices[i][part] - numbers[tables[i] * size + part];
            using var scope = NewDisposeScope();
            var found = size == 0 ? [] : LinearAssignment(tensor(costs).reshape(tables.Count, rows, columns)).Columns.data<long>().ToArray();
            return [.. tables.Select((b, i) =>
            {
                var parts = Enumerable.Range(0, size == 0 ? 0 : rows).Select(row => row * columns + (int)found[i * rows + row]).ToArray();
                return new Structure(parts, parts.Sum(part => numbers[b * size + part]));
            })];
        };
    }

    /// <summary>The column of each row, where the row of each column is given.</summary>
    private static Tensor ByRow(Tensor rows, long count)
    {
        var column = arange(rows.size(2), ScalarType.Int64, rows.device).expand(rows.shape);
        return full([rows.size(0), rows.size(1), count], Unmatched, ScalarType.Int64, rows.device).scatter_(2, rows, column);
    }
}
