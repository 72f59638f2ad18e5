using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

public static partial class Matching
{
    private const double Sharper = 5;                                  // what ε is divided by from one auction to the next

    /// <summary>Pairs rows with columns by an auction: nearly the least sum, in tensor operations alone.</summary>
    /// <remarks>
    /// <para>Rule: every row without a column bids for the one that gives it most, its value less its price: it can offer as much more as the second
    /// best column is worse, and ε on top. Each column goes to the highest bidder, and takes the bid for its price. When all rows have one, no row
    /// would gain more than ε by changing. Auctions with large ε come first, and leave their prices to the next: price wars are short then.</para>
    /// <para>Bound: the cost is at most <c>max(N, M)·ε</c> above the least one, so that costs in whole numbers are assigned exactly from
    /// <c>ε &lt; 1/max(N, M)</c> on. The prices are a dual solution: a lower bound of the cost, that much below at most.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype. All tables bid at the same time, on the device of the costs; one number is
    /// fetched each round, to see whether all have ended. Every pair must be allowed: a forbidden one has no bid that would not be +∞.</para>
    /// <para>Oracle: all assignments, one by one. Source: Bertsekas 1988; the smaller side gets partners at cost 0 to be as large as the other.</para>
    /// </remarks>
    /// <param name="costs"><c>[B, N, M]</c>, floating point, finite.</param>
    /// <param name="epsilon">ε, in the unit of the costs, positive.</param>
    /// <returns>Pairs, and costs and prices of the dtype of <paramref name="costs"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Assignment Auction(Tensor costs, double epsilon = 1e-3)
    {
        Require.FloatingPoint(costs);
        if (costs.shape is not [_, var N, var M])
            throw Require.BadShape(costs, "[B, N, M]");
        Require.Positive(epsilon);
        RequireFinite(costs);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var table = costs.to(ScalarType.Float64);
        var (turned, columns) = (N > M, Math.Max(N, M));
        if (turned)
            table = table.transpose(1, 2);
        var (rows, prices) = Bid(nn.functional.pad(table, [0, 0, 0, Math.Abs(M - N)]), epsilon);       // [B, columns], an owner for each
        var real = rows < Math.Min(N, M);
        var owners = where(real, rows, Unmatched);
        var small = Inverse(owners, Math.Min(N, M));
        var worth = -(prices - (columns > 0 ? prices.amin([1], keepdim: true) : 0));                   // 0 or less
        var offers = columns > 0 ? (table - worth.unsqueeze(1)).amin([2]) : table.sum(2);
        var total = (small < 0).any().ToBoolean() ? throw new InvalidOperationException("An auction ended too early.")
            : columns > 0 ? table.gather(2, small.unsqueeze(2)).sum([1, 2]) : table.sum([1, 2]);
        var (columnsOf, rowsOf, rowPrices, columnPrices) = turned ? (owners, small, worth, offers) : (small, owners, offers, worth);
        return new(
            columnsOf.MoveToOuterDisposeScope(), rowsOf.MoveToOuterDisposeScope(), total.to(costs.dtype).MoveToOuterDisposeScope(),
            rowPrices.to(costs.dtype).MoveToOuterDisposeScope(), columnPrices.to(costs.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>Auctions of square tables, with ever smaller ε.</summary>
    private static (Tensor Owners, Tensor Prices) Bid(Tensor table, double epsilon)
    {
        var (B, size) = (table.size(0), table.size(2));
        var (owners, prices) = (full([B, size], Unmatched, ScalarType.Int64, table.device), zeros([B, size], ScalarType.Float64, table.device));
        if (table.numel() == 0)
            return (owners, prices);
        var range = (table.amax([0, 1, 2]) - table.amin([0, 1, 2])).ToDouble();
        for (var step = Math.Max(epsilon, range / 2); ; step = Math.Max(epsilon, step / Sharper))
        {
            owners.fill_(Unmatched);
            for (var looking = Looking(owners); looking.any().ToBoolean(); looking = Looking(owners))
            {
                using var round = NewDisposeScope();
                var gains = -table - prices.unsqueeze(1);                                              // [B, rows, columns]
                var (best, at) = gains.topk((int)Math.Min(2, size), 2);
                var spare = size > 1 ? best.select(2, 0) - best.select(2, 1) : zeros_like(best.select(2, 0));
                var wanted = at.narrow(2, 0, 1);                                                       // [B, rows, 1]
                var offers = prices.gather(1, wanted.squeeze(2)) + spare + step;
                var bids = full_like(table, double.NegativeInfinity)
                    .scatter(2, wanted, where(looking, offers, double.NegativeInfinity).unsqueeze(2));
                var (highest, bidder) = bids.max(1);                                                   // [B, columns]
                var sold = highest > double.NegativeInfinity;
                owners = where(sold, bidder, owners).MoveToOuterDisposeScope();
                prices = where(sold, highest, prices).MoveToOuterDisposeScope();
            }
            if (step <= epsilon)
                return (owners, prices);
        }

        Tensor Looking(Tensor taken) => Inverse(taken, size) < 0;                                      // rows without a column
    }

    /// <summary>The place at which each number from 0 to <paramref name="size"/> - 1 stands, or <see cref="Unmatched"/>.</summary>
    private static Tensor Inverse(Tensor numbers, long size)
    {
        var places = arange(numbers.size(1), ScalarType.Int64, numbers.device).expand(numbers.shape);
        var found = full([numbers.size(0), size + 1], Unmatched, ScalarType.Int64, numbers.device)     // the last for those that stand nowhere
            .scatter(1, where(numbers < 0, size, numbers), places);
        return found.narrow(1, 0, size).contiguous();
    }

    private static void RequireFinite(Tensor costs)
    {
        if (costs.device_type != DeviceType.CPU || costs.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        if (!costs.isfinite().all().ToBoolean())
            throw new ArgumentException("costs must be finite, got NaN or an infinity.", nameof(costs));
    }
}
