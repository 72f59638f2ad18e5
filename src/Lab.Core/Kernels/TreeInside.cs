using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>The inside recursion of one row over memory, as products of matrices. All is in float64.</summary>
/// <remarks>
/// A cell holds <c>exp(α - shift)</c> with its greatest α as shift, so that sums are sums of products and no logarithm is taken inside them. Of a
/// span, the halves of all cuts make the sum over pairs of labels by one product, <c>[K, cuts]</c> by <c>[cuts, K]</c>; and the pairs of
/// some spans of the same width make those over the rules by another, <c>[spans, K²]</c> by <c>[K², K]</c>.
/// Numbers further than <see cref="Reach"/> below the greatest of their kind might vanish in a product of four: then the row says that it
/// does not serve, and the readable form is taken.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class TreeInside(int places, int labels, TreeRules rules)
{
    /// <summary>Four factors of exp(-150) are still a normal number.</summary>
    public const double Reach = 150;

    /// <summary>Spans of a width that are worked on together.</summary>
    public const int Block = 8;

    private readonly int wide = MatrixLoops.Whole(labels);

    /// <summary>The numbers of a table of pairs of labels.</summary>
    public int Pairs => labels * wide;

    /// <summary>Room that <see cref="Join"/> takes: a weight for each cut, and the left halves times theirs.</summary>
    public int JoinRoom => MatrixLoops.Whole(places) + places * wide;

    /// <summary>Room that <see cref="Forward"/> takes.</summary>
    public long Room => Block * (long)Pairs + JoinRoom + 2 * wide;

    /// <summary>log Z; NaN where the row does not serve.</summary>
    /// <param name="spans">Its scores, <c>[T, T, K]</c>.</param>
    /// <param name="root"><c>[K]</c>.</param>
    /// <param name="words">How many words count.</param>
    /// <param name="chart">What the way back wants to see again.</param>
    /// <param name="room">As much as <see cref="Room"/>.</param>
    public double Forward<T>(T* spans, double* root, int words, TreeChart chart, double* room) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (words == 0)
            return 0;
        for (var width = 1; width <= words; width++)
            for (var first = 0; first + width <= words; first += Block)
                if (!Fill(spans, width, first, Math.Min(Block, words - width + 1 - first), chart, room))
                    return double.NaN;
        double* cell = chart.Cell(0, words - 1);
        var (shift, most, sum) = (*chart.Shift(0, words - 1), double.NegativeInfinity, 0.0);
        for (var k = 0; k < labels; k++)
            most = Math.Max(most, cell[k] > 0 ? Math.Log(cell[k]) + root[k] : double.NegativeInfinity);
        if (double.IsNegativeInfinity(most))
            return most;
        for (var k = 0; k < labels; k++)
            sum += cell[k] > 0 ? Math.Exp(Math.Log(cell[k]) + root[k] - most) : 0;
        return shift + most + Math.Log(sum);
    }

    /// <summary>The sum over all cuts, by the labels of both halves, divided by the exponential of what is given back; -∞ where there is none,
    /// NaN where cuts are too far apart.</summary>
    /// <param name="i">The span's first word.</param>
    /// <param name="j">Its last word, another one.</param>
    /// <param name="chart">The narrower spans.</param>
    /// <param name="pair">The sums, <c>[K, K]</c>.</param>
    /// <param name="room">As much as <see cref="JoinRoom"/>; the weights of the cuts stay in it, and the left halves times them.</param>
    public double Join(int i, int j, TreeChart chart, double* pair, double* room)
    {
        double* weights = room, weighted = room + MatrixLoops.Whole(places), left = chart.Cell(i, i);
        var (cuts, best, least) = (j - i, double.NegativeInfinity, double.PositiveInfinity);
        for (var m = 0; m < cuts; m++)
        {
            weights[m] = *chart.Shift(i, i + m) + *chart.Shift(i + m + 1, j);
            if (double.IsNegativeInfinity(weights[m]))
                continue;
            (best, least) = (Math.Max(best, weights[m]), Math.Min(least, weights[m]));
        }
        if (double.IsNegativeInfinity(best))
        {
            new Span<double>(pair, Pairs).Clear();
            return best;
        }
        if (least < best - Reach)
            return double.NaN;
        for (var m = 0; m < cuts; m += MatrixLoops.Lanes)
            Lanes.ExpOfNonPositive(Vector512.Load(weights + m) - Vector512.Create(best)).Store(weights + m);
        for (var m = 0; m < cuts; m++)
            for (var k = 0; k < wide; k += MatrixLoops.Lanes)
                (Vector512.Create(weights[m]) * Vector512.Load(left + m * wide + k)).Store(weighted + m * wide + k);
        MatrixLoops.Multiply(weighted, 1, wide, chart.Cell(i + 1, j), chart.Down, pair, wide, labels, wide, cuts);
        return best;
    }

    /// <summary>Some neighbouring spans of a width.</summary>
    private bool Fill<T>(T* spans, int width, int first, int count, TreeChart chart, double* room) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double* best = stackalloc double[Block], pair = room, join = room + Block * Pairs, scores = join + JoinRoom, above = scores + wide;
        for (var c = 0; c < count && width > 1; c++)
            if (double.IsNaN(best[c] = Join(first + c, first + c + width - 1, chart, pair + c * Pairs, join)))
                return false;
        if (width > 1)
            MatrixLoops.Multiply(pair, Pairs, 1, rules.Turned, wide, chart.Sums(first, first + width - 1), chart.Along, count, wide, Pairs);
        for (var (i, j) = (first, first + width - 1); i < first + count; i++, j++)
        {
            T* own = spans + ((long)i * places + j) * labels;
            new Span<double>(scores, 2 * wide).Fill(double.NegativeInfinity);
            for (var k = 0; k < labels; k++)
                (scores[k], above[k]) = (double.CreateTruncating(own[k]), width > 1 ? rules.Shift[k] + best[i - first] : 0);
            if (!Finish(i, j, width > 1, chart, scores, above))
                return false;
        }
        return true;
    }

    /// <summary>From a span's scores and its sums over the rules to its cell; false where it does not serve.</summary>
    private bool Finish(int i, int j, bool joined, TreeChart chart, double* scores, double* above)
    {
        double* cell = chart.Cell(i, j), sums = chart.Sums(i, j);
        var (most, nothing, right) = (Vector512.Create(double.NegativeInfinity), Vector512.Create(double.NegativeInfinity), true);
        for (var k = 0; k < wide; k += MatrixLoops.Lanes)
        {
            var score = Vector512.Load(scores + k);
            if (joined)
                score += Vector512.Load(above + k) + Vector512.Log(Vector512.Load(sums + k));
            right &= Vector512.LessThanAll(score, Vector512.Create(double.PositiveInfinity));      // and no NaN
            score.Store(scores + k);
            most = Vector512.MaxNative(most, score);
        }
        var shift = double.NegativeInfinity;
        for (var lane = 0; lane < MatrixLoops.Lanes; lane++)
            shift = Math.Max(shift, most[lane]);
        *chart.Shift(i, j) = shift;
        var from = Vector512.Create(double.IsNegativeInfinity(shift) ? 0 : shift);
        for (var k = 0; k < wide; k += MatrixLoops.Lanes)
        {
            var below = Vector512.Load(scores + k) - from;
            var far = Vector512.LessThan(below, Vector512.Create(-Reach)) & Vector512.GreaterThan(below, nothing);
            right &= far.ExtractMostSignificantBits() == 0;
            Lanes.ExpOfNonPositive(below).Store(cell + k);
        }
        return right;
    }
}
