using Lab.Core.Kernels;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>Who belongs to whom, what it costs, and the prices that prove it to be the least.</summary>
/// <param name="Columns">The column of each row, <c>[B, N]</c>, int64; <see cref="Matching.Unmatched"/> where a row has none.</param>
/// <param name="Rows">The row of each column, <c>[B, M]</c>, int64; <see cref="Matching.Unmatched"/> where a column has none.</param>
/// <param name="Costs">The sum of the matched costs, <c>[B]</c>.</param>
/// <param name="RowPrices">u, <c>[B, N]</c>.</param>
/// <param name="ColumnPrices">v, <c>[B, M]</c>; with u the dual variables of the linear program.</param>
public sealed record Assignment(Tensor Columns, Tensor Rows, Tensor Costs, Tensor RowPrices, Tensor ColumnPrices);

/// <summary>Pairing two sets: exactly, by bidding, and softly; the matcher that sets of predictions are trained with.</summary>
public static partial class Matching
{
    /// <summary>Stands where a row or column has no partner.</summary>
    public const long Unmatched = -1;

    /// <summary>Pairs rows with columns so that the sum of the costs is least: the Hungarian problem.</summary>
    /// <remarks>
    /// <para>Problem: <c>min Σ cost[i, π(i)]</c> over all π that give every member of the smaller side a partner of its own. The prices solve its
    /// dual: <c>u[i] + v[j] ≤ cost[i, j]</c> everywhere, with equality on each pair; prices of the larger side are 0 or less, and 0 without a partner.
    /// So <c>Σ u + Σ v</c> is the cost of this assignment and a lower bound of every other's.</para>
    /// <para>Gradient: none; gather the costs of the pairs for one. Numerics: in float64, whatever the dtype; equal costs are no trouble, sums must not
    /// overflow. A pair that costs +∞ is forbidden. On the CPU: costs on another device are fetched, and the answers sent back.</para>
    /// <para>Oracle: all assignments, one by one. Library: SciPy's <c>linear_sum_assignment</c>. Sources: Kuhn 1955; Jonker and Volgenant 1987;
    /// Crouse 2016.</para>
    /// </remarks>
    /// <param name="costs"><c>[B, N, M]</c>, floating point, without NaN and -∞.</param>
    /// <param name="counts">How many columns each table has, <c>[B]</c>, int64, from 0 to M: the rest is padding, and is not looked at. Null for M.</param>
    /// <returns>Pairs, and costs and prices of the dtype of <paramref name="costs"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above, or a table in which every full assignment
    /// needs a forbidden pair.</exception>
    public static Assignment LinearAssignment(Tensor costs, Tensor? counts = null)
    {
        Require.FloatingPoint(costs);
        if (costs.shape is not [var B, var N, var M])
            throw Require.BadShape(costs, "[B, N, M]");
        RequireCounts(counts, costs, B, M);

        using var scope = NewDisposeScope();
        var table = costs.detach().cpu();
        table = (table.dtype is ScalarType.Float32 or ScalarType.Float64 ? table : table.to(ScalarType.Float32)).contiguous();
        var lengths = counts?.cpu().contiguous();
        var result = new Assignment(
            empty([B, N], ScalarType.Int64), empty([B, M], ScalarType.Int64), empty([B], table.dtype), empty([B, N], table.dtype),
            empty([B, M], table.dtype));
        var (fault, failed) = table.dtype == ScalarType.Float32 ? Solve<float>(table, lengths, result) : Solve<double>(table, lengths, result);
        if (fault == AssignmentFault.NoCost)
            throw new ArgumentException($"costs must hold numbers or +∞ (a forbidden pair), got NaN or -∞ in table {failed}.", nameof(costs));
        if (fault == AssignmentFault.Infeasible)
            throw new ArgumentException(
                $"costs must leave a partner for all of the smaller side, got +∞ in every full assignment of table {failed}.", nameof(costs));
        return new(
            Out(result.Columns), Out(result.Rows), Out(result.Costs), Out(result.RowPrices), Out(result.ColumnPrices));

        Tensor Out(Tensor answer)
        {
            var dtype = answer.dtype == ScalarType.Int64 ? ScalarType.Int64 : costs.dtype;
            var stays = answer.dtype == dtype && costs.device_type == DeviceType.CPU;
            return (stays ? answer : answer.to(dtype, costs.device)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Writes the answers; tells which table has which fault, the first that has one.</summary>
    private static unsafe (AssignmentFault Fault, long Table) Solve<T>(Tensor table, Tensor? counts, Assignment result)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var (B, N, M) = (table.size(0), (int)table.size(1), (int)table.size(2));
        var answers = new AssignmentSlots<T>
        {
            Columns = Memory.Of<long>(result.Columns),
            Rows = Memory.Of<long>(result.Rows),
            Costs = Memory.Of<T>(result.Costs),
            RowPrices = Memory.Of<T>(result.RowPrices),
            ColumnPrices = Memory.Of<T>(result.ColumnPrices),
        };
        new Span<long>(answers.Columns, (int)B * N).Fill(Unmatched);
        new Span<long>(answers.Rows, (int)B * M).Fill(Unmatched);
        new Span<T>(answers.Costs, (int)B).Clear();
        new Span<T>(answers.RowPrices, (int)B * N).Clear();
        new Span<T>(answers.ColumnPrices, (int)B * M).Clear();
        T* entries = Memory.Of<T>(table);
        long* lengths = counts is null ? null : Memory.Of<long>(counts);
        var (fault, b) = (AssignmentFault.None, 0L);
        for (; b < B && fault == AssignmentFault.None; b++)
        {
            var slots = new AssignmentSlots<T>
            {
                Columns = answers.Columns + b * N,
                Rows = answers.Rows + b * M,
                Costs = answers.Costs + b,
                RowPrices = answers.RowPrices + b * N,
                ColumnPrices = answers.ColumnPrices + b * M,
            };
            fault = AssignmentKernel.Run(entries + b * N * M, N, lengths == null ? M : (int)lengths[b], M, slots);
        }
        GC.KeepAlive((table, counts, result));
        return (fault, b - 1);
    }

    private static void RequireCounts(Tensor? counts, Tensor costs, long batch, long most)
    {
        if (counts is null)
            return;
        if (counts.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(counts)} must be of dtype Int64, got {counts.dtype}.", nameof(counts));
        Require.Shape(counts, [batch]);
        Require.SameDevice(counts, costs);
        Require.Between(counts, 0, most);
    }
}
