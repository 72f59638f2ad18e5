using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>The way back through <see cref="TreeInside"/>: gradients of log Z by the same products, the wide spans first.</summary>
[SkipLocalsInit]
internal sealed unsafe class TreeOutside(int places, int labels, TreeRules rules)
{
    private readonly int wide = MatrixLoops.Whole(labels);
    private readonly TreeInside inside = new(places, labels, rules);

    /// <summary>Room that <see cref="Backward"/> takes.</summary>
    public long Room =>
        (long)places * places * wide + TreeInside.Block * (2L * inside.Pairs + inside.JoinRoom + wide) + (long)wide * wide + 2L * places * wide;

    /// <summary>Adds gradients times upstream to those of root, and (to be multiplied by the rules) to those of rules; writes those of spans.</summary>
    /// <param name="root"><c>[K]</c>.</param>
    /// <param name="words">How many words count.</param>
    /// <param name="logPartition">What <see cref="TreeInside.Forward"/> gave.</param>
    /// <param name="upstream">The gradient that comes from above.</param>
    /// <param name="chart">What it kept.</param>
    /// <param name="dSpans"><c>[T, T, K]</c>.</param>
    /// <param name="dRoot"><c>[K]</c>.</param>
    /// <param name="dRules"><c>[K, K, K]</c>, the last in whole vectors.</param>
    /// <param name="room">As much as <see cref="Room"/>.</param>
    public void Backward<T>(
        double* root, int words, double logPartition, double upstream, TreeChart chart, T* dSpans, double* dRoot, double* dRules, double* room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (words == 0 || double.IsNegativeInfinity(logPartition))
            return;
        double* gradient = room, spare = room + (long)places * places * wide;                      // gradient: [T, T, K]
        new Span<double>(gradient, places * places * wide).Clear();
        double* cell = chart.Cell(0, words - 1), top = gradient + (long)(words - 1) * wide;
        var shift = *chart.Shift(0, words - 1);
        for (var k = 0; k < labels; k++)
        {
            top[k] = cell[k] > 0 ? upstream * Math.Exp(Math.Log(cell[k]) + shift + root[k] - logPartition) : 0;
            dRoot[k] += top[k];
        }
        for (var width = words; width > 1; width--)
            for (var first = 0; first + width <= words; first += TreeInside.Block)
                Down(width, first, Math.Min(TreeInside.Block, words - width + 1 - first), chart, gradient, dRules, spare);
        for (var i = 0; i < words; i++)
            for (var j = i; j < words; j++)
                for (var k = 0; k < labels; k++)
                    dSpans[((long)i * places + j) * labels + k] = T.CreateTruncating(gradient[((long)i * places + j) * wide + k]);
    }

    /// <summary>From some neighbouring spans of a width to the rules and to their halves.</summary>
    private void Down(int width, int first, int count, TreeChart chart, double* gradient, double* dRules, double* room)
    {
        double* share = room, pair = share + TreeInside.Block * wide, slope = pair + TreeInside.Block * inside.Pairs;
        double* join = slope + TreeInside.Block * inside.Pairs, rest = join + TreeInside.Block * inside.JoinRoom;
        if (!Shares(width, first, count, chart, gradient, share))
            return;
        double* best = stackalloc double[TreeInside.Block];
        for (var c = 0; c < count; c++)
            best[c] = inside.Join(first + c, first + c + width - 1, chart, pair + c * inside.Pairs, join + c * inside.JoinRoom);
        MatrixLoops.Multiply(share, 1, wide, pair, inside.Pairs, dRules, inside.Pairs, labels, inside.Pairs, count, add: true);
        MatrixLoops.Multiply(share, wide, 1, rules.Exponentials, inside.Pairs, slope, inside.Pairs, count, inside.Pairs, labels);
        for (var c = 0; c < count; c++)
            if (!double.IsNegativeInfinity(best[c]))
                ToHalves(first + c, first + c + width - 1, chart, gradient, slope + c * inside.Pairs, join + c * inside.JoinRoom, rest);
    }

    /// <summary>Gradients of the sums over the rules; false where all are 0.</summary>
    private bool Shares(int width, int first, int count, TreeChart chart, double* gradient, double* share)
    {
        var any = false;
        for (var c = 0; c < count; c++)
        {
            var (i, j) = (first + c, first + c + width - 1);
            double* g = gradient + ((long)i * places + j) * wide, sums = chart.Sums(i, j);
            for (var k = 0; k < wide; k++)
            {
                share[c * wide + k] = sums[k] > 0 ? g[k] / sums[k] : 0;
                any |= share[c * wide + k] != 0;
            }
        }
        return any;
    }

    /// <summary>From the slope of each pair of labels to those of the left and right halves of all cuts.</summary>
    private void ToHalves(int i, int j, TreeChart chart, double* gradient, double* slope, double* join, double* room)
    {
        double* weights = join, weighted = join + MatrixLoops.Whole(places), turned = room, sums = turned + wide * wide;
        double* right = chart.Cell(i + 1, j), gLeft = gradient + ((long)i * places + i) * wide, gRight = gradient + ((long)(i + 1) * places + j) * wide;
        var cuts = j - i;
        for (var l = 0; l < wide; l++)
            for (var r = 0; r < labels; r++)
                turned[r * wide + l] = l < labels ? slope[l * wide + r] : 0;
        MatrixLoops.Multiply(right, chart.Down, 1, turned, wide, sums, wide, cuts, wide, labels);
        for (var k = 0; k < cuts * wide; k += MatrixLoops.Lanes)
            Vector512.MultiplyAddEstimate(Vector512.Load(weighted + k), Vector512.Load(sums + k), Vector512.Load(gLeft + k)).Store(gLeft + k);
        MatrixLoops.Multiply(weighted, wide, 1, slope, wide, sums, wide, cuts, wide, labels);
        for (var m = 0; m < cuts; m++)
            for (var k = 0; k < wide; k += MatrixLoops.Lanes)
            {
                double* g = gRight + m * chart.Down + k;
                Vector512.MultiplyAddEstimate(Vector512.Load(right + m * chart.Down + k), Vector512.Load(sums + m * wide + k), Vector512.Load(g)).Store(g);
            }
    }
}
