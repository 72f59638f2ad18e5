using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>The inside recursion of one row over memory, and back through it. All is in float64.</summary>
/// <remarks>
/// A cell holds <c>exp(α - shift)</c> with its greatest α as shift, so that sums are sums of products and no logarithm is taken inside them.
/// Numbers further than <see cref="Reach"/> below the greatest of their kind might vanish in a product of four: then the row says that it
/// does not serve, and the readable form is taken.
/// </remarks>
internal sealed unsafe class TreeInside(int places, int labels, double* rules, double* ruleShift)
{
    /// <summary>Four factors of exp(-150) are still a normal number.</summary>
    public const double Reach = 150;

    private readonly int pairs = labels * labels;

    /// <summary>How many numbers a row keeps for the way back: of each cell its shift, K values, and K sums over the rules.</summary>
    public static long Kept(long places, long labels) => places * places * (2 * labels + 1);

    /// <summary>log Z; NaN where the row does not serve.</summary>
    /// <param name="spans">Its scores, <c>[T, T, K]</c>.</param>
    /// <param name="root"><c>[K]</c>.</param>
    /// <param name="words">How many words count.</param>
    /// <param name="kept">Room for what the way back wants to see again.</param>
    /// <param name="room">Room for K² numbers.</param>
    public double Forward<T>(T* spans, double* root, int words, double* kept, double* room) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (words == 0)
            return 0;
        for (var width = 1; width <= words; width++)
            for (var i = 0; i + width <= words; i++)
                if (!Fill(spans, i, i + width - 1, kept, room))
                    return double.NaN;
        double* cell = Cell(kept, 0, words - 1);
        var (shift, most, sum) = (*Shift(kept, 0, words - 1), double.NegativeInfinity, 0.0);
        for (var k = 0; k < labels; k++)
            most = Math.Max(most, cell[k] > 0 ? Math.Log(cell[k]) + root[k] : double.NegativeInfinity);
        if (double.IsNegativeInfinity(most))
            return most;
        for (var k = 0; k < labels; k++)
            sum += cell[k] > 0 ? Math.Exp(Math.Log(cell[k]) + root[k] - most) : 0;
        return shift + most + Math.Log(sum);
    }

    /// <summary>Adds gradients times upstream to those of spans and root, and (to be multiplied by the rules) to those of rules.</summary>
    public void Backward<T>(
        double* root, int words, double logPartition, double upstream, double* kept, T* dSpans, double* dRoot, double* dRules, double* room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (words == 0 || double.IsNegativeInfinity(logPartition))
            return;
        double* pair = room, slope = room + pairs, share = room + 2 * pairs, gradient = room + 2 * pairs + labels;     // gradient: [T, T, K]
        new Span<double>(gradient, places * places * labels).Clear();
        double* cell = Cell(kept, 0, words - 1), top = gradient + (long)(words - 1) * labels;
        var shift = *Shift(kept, 0, words - 1);
        for (var k = 0; k < labels; k++)
        {
            top[k] = cell[k] > 0 ? upstream * Math.Exp(Math.Log(cell[k]) + shift + root[k] - logPartition) : 0;
            dRoot[k] += top[k];
        }
        for (var width = words; width >= 1; width--)
            for (var i = 0; i + width <= words; i++)
            {
                var j = i + width - 1;
                double* g = gradient + ((long)i * places + j) * labels;
                T* d = dSpans + ((long)i * places + j) * labels;
                for (var k = 0; k < labels; k++)
                    d[k] = T.CreateTruncating(g[k]);
                if (width > 1)
                    Down(i, j, g, kept, dRules, pair, slope, share, gradient);
            }
    }

    private void Down(int i, int j, double* g, double* kept, double* dRules, double* pair, double* slope, double* share, double* gradient)
    {
        double* sums = Sums(kept, i, j);
        var any = false;
        for (var k = 0; k < labels; k++)
        {
            share[k] = sums[k] > 0 ? g[k] / sums[k] : 0;
            any |= share[k] != 0;
        }
        if (!any)
            return;
        var best = Join(i, j, kept, pair);
        new Span<double>(slope, pairs).Clear();
        for (var k = 0; k < labels; k++)
            if (share[k] != 0)
                DoubleLoops.AddBoth(share[k], pair, dRules + (long)k * pairs, rules + (long)k * pairs, slope, pairs);
        for (var m = i; m < j; m++)
        {
            var weight = Weight(kept, i, m, j, best);
            if (weight == 0)
                continue;
            double* left = Cell(kept, i, m), right = Cell(kept, m + 1, j);
            double* gLeft = gradient + ((long)i * places + m) * labels, gRight = gradient + ((long)(m + 1) * places + j) * labels;
            for (var l = 0; l < labels; l++)
            {
                if (left[l] == 0)
                    continue;
                gLeft[l] += weight * left[l] * DoubleLoops.Dot(slope + (long)l * labels, right, labels);
                DoubleLoops.AddProduct(weight * left[l], slope + (long)l * labels, right, gRight, labels);
            }
        }
    }

    private bool Fill<T>(T* spans, int i, int j, double* kept, double* room) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double* cell = Cell(kept, i, j), sums = Sums(kept, i, j);
        T* own = spans + ((long)i * places + j) * labels;
        var best = i == j ? 0 : Join(i, j, kept, room);
        var most = double.NegativeInfinity;
        for (var k = 0; k < labels; k++)
        {
            var score = double.CreateTruncating(own[k]);
            if (i < j)
            {
                sums[k] = double.IsNegativeInfinity(best) ? 0 : DoubleLoops.Dot(rules + (long)k * pairs, room, pairs);
                score = sums[k] > 0 ? score + ruleShift[k] + best + Math.Log(sums[k])
                    : double.IsNaN(score) || double.IsPositiveInfinity(score) || double.IsNaN(best) ? double.NaN : double.NegativeInfinity;
            }
            if (double.IsNaN(score) || double.IsPositiveInfinity(score))
                return false;
            cell[k] = score;
            most = Math.Max(most, score);
        }
        *Shift(kept, i, j) = most;
        for (var k = 0; k < labels; k++)
        {
            if (double.IsNegativeInfinity(cell[k]))
                cell[k] = 0;
            else if (cell[k] < most - Reach)
                return false;
            else
                cell[k] = Math.Exp(cell[k] - most);
        }
        return true;
    }

    /// <summary>The sum over all cuts, by the labels of both parts, <c>[K, K]</c>, divided by the exponential of what is given back; -∞ where there is none,
    /// NaN where cuts are too far apart.</summary>
    private double Join(int i, int j, double* kept, double* pair)
    {
        var (best, least) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var m = i; m < j; m++)
        {
            var both = *Shift(kept, i, m) + *Shift(kept, m + 1, j);
            if (double.IsNegativeInfinity(both))
                continue;
            (best, least) = (Math.Max(best, both), Math.Min(least, both));
        }
        new Span<double>(pair, pairs).Clear();
        if (double.IsNegativeInfinity(best))
            return best;
        if (least < best - Reach)
            return double.NaN;
        for (var m = i; m < j; m++)
        {
            var weight = Weight(kept, i, m, j, best);
            if (weight == 0)
                continue;
            double* left = Cell(kept, i, m), right = Cell(kept, m + 1, j);
            for (var l = 0; l < labels; l++)
                if (left[l] != 0)
                    DoubleLoops.Add(weight * left[l], right, pair + (long)l * labels, labels);
        }
        return best;
    }

    private double Weight(double* kept, int i, int m, int j, double best)
    {
        var both = *Shift(kept, i, m) + *Shift(kept, m + 1, j);
        return double.IsNegativeInfinity(both) ? 0 : Math.Exp(both - best);
    }

    private double* Shift(double* kept, int i, int j) => kept + (long)i * places + j;

    private double* Cell(double* kept, int i, int j) => kept + (long)places * places + ((long)i * places + j) * labels;

    private double* Sums(double* kept, int i, int j) => kept + (long)places * places * (labels + 1) + ((long)i * places + j) * labels;
}
