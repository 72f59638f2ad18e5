using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>
/// Forward and backward along one chain in the exp domain: probabilities instead of their logarithms, a maximum of the scores
/// taken out, the sum brought back to 1 where it leaves the middle of the range. No logarithm and no exponential inside the K² loops.
/// </summary>
/// <remarks>
/// Float64 holds e^±700. While the scores of a table are within e^±230 of each other nothing that counts can vanish; a
/// score of -∞ can let small numbers shrink from place to place, so there the least number is watched. What does not fit is
/// left to <see cref="LogPass{T}"/>.
/// </remarks>
internal static unsafe class ChainPass
{
    /// <summary>The greatest range of scores, in nats.</summary>
    public const double Limit = 230;

    private const double Least = 1e-100;                                  // e^-230

    /// <summary>exp(emission - maximum) for each valid place; false where the exp domain does not hold them.</summary>
    public static bool Weigh<T>(ChainProblem<T> problem, ChainTables tables, ref ChainWalk walk)
        where T : unmanaged
    {
        (walk.Forbids, walk.LogPartition) = (tables.Forbids, tables.MaxStart + tables.MaxEnd + (walk.Valid - 1) * tables.MaxTransition);
        var (low, high) = Extent(problem, tables, walk, 0, walk.Valid);
        if (high - low + tables.Range <= Limit)                           // the usual case: one maximum serves all places
        {
            walk.LogPartition += walk.Valid * high;
            for (var n = 0; n < walk.Valid; n++)
                Exponentiate(problem, tables, walk, n, high);
            return true;
        }
        for (var n = 0; n < walk.Valid; n++)
        {
            (low, high) = Extent(problem, tables, walk, n, 1);
            if (!double.IsFinite(high))
                return false;
            if (double.IsNegativeInfinity(low))
            {
                walk.Forbids = true;
                low = LeastFinite(problem.EmissionsAt(walk.Chain, walk.Places[n]), tables.Tags);
            }
            if (!(high - low + tables.Range <= Limit))                    // NaN too
                return false;
            walk.LogPartition += high;
            Exponentiate(problem, tables, walk, n, high);
        }
        return true;
    }

    /// <summary>
    /// Leaves α of each place, up to a factor, and log Z; NaN where the exp domain does not hold it. The chains go hand in hand: a
    /// step of one need not wait for a step of another.
    /// </summary>
    public static void Forward(ChainTables tables, Span<ChainWalk> walks)
    {
        var longest = Longest(walks);
        for (var n = 0; n < longest; n++)
        {
            foreach (ref var walk in walks)
                if (n < walk.Count)
                    StepForward(tables, ref walk, n);
        }
        foreach (ref var walk in walks)
        {
            var ending = walk.Count == 0 ? 1 : Dot(walk.Alphas + (walk.Count - 1) * tables.Width, tables.End, tables.Width);
            walk.LogPartition = ending > 1e-290 ? walk.LogPartition + Math.Log(ending) : double.NaN;
        }
    }

    /// <summary>
    /// Writes the gradient of log Z in the emissions of each place, less 1 at the right tag where one is given; leaves in α and
    /// weights what <see cref="ChainCounts"/> makes the gradient in the transitions of.
    /// </summary>
    public static void Backward<T>(ChainProblem<T> problem, ChainTables tables, Span<ChainWalk> walks, T* gradient)
        where T : unmanaged
    {
        foreach (ref var walk in walks)
            new Span<double>(tables.End, tables.Width).CopyTo(new Span<double>(walk.Beta, tables.Width));
        for (var n = Longest(walks) - 1; n >= 0; n--)
        {
            foreach (ref var walk in walks)
                if (n < walk.Count)
                    StepBackward(problem, tables, walk, n, gradient + (walk.Chain * problem.Length + walk.Places[n]) * problem.Tags);
        }
    }

    private static void StepForward(ChainTables tables, ref ChainWalk walk, int n)
    {
        var width = tables.Width;
        double* alpha = walk.Alphas + n * width, weights = walk.Weights + n * width;
        var sum = n == 0
            ? Weighted(tables.Start, weights, alpha, width)
            : tables.Forward(alpha - width, weights, alpha);
        if (!walk.Forbids && IsInMiddle(sum))                             // a branch that is foretold: the next place may begin
            return;
        var least = Scaled(alpha, 1 / sum, width);
        walk.LogPartition += sum > 1e-290 && !(walk.Forbids && least < Least) ? Math.Log(sum) : double.NaN;
    }

    private static void StepBackward<T>(ChainProblem<T> problem, ChainTables tables, in ChainWalk walk, int n, T* gradient)
        where T : unmanaged
    {
        var (width, lanes) = (tables.Width, Vector512<double>.Count);
        double* alpha = walk.Alphas + n * width, weights = walk.Weights + n * width, beta = walk.Beta;
        var sum = Dot(alpha, beta, width);                                // Z up to a factor, also what a step from here weighs
        var (share, by) = (Vector512.Create(1 / sum), Vector512<double>.One);
        if (!IsInMiddle(sum))                                             // foretold, as above
            by = share;
        for (var j = 0; j < width; j += lanes)
        {
            var (a, b) = (Vector512.Load(alpha + j), Vector512.Load(beta + j));
            var reachable = Vector512.ConditionalSelect(Vector512.Equals(a, Vector512<double>.Zero), Vector512<double>.Zero, b);
            (reachable * by * Vector512.Load(weights + j)).Store(weights + j);
            a *= share;
            a.Store(alpha + j);
            ChainProblem<T>.Write(gradient + j, a * b, problem.Tags - j);
        }
        if (problem.Gold != null)
        {
            var tag = problem.Gold[walk.Chain * problem.Length + walk.Places[n]];
            ChainProblem<T>.Write(gradient + tag, alpha[tag] * beta[tag] - 1);
        }
        if (n > 0)
            tables.Backward(weights, beta);
    }

    private static int Longest(ReadOnlySpan<ChainWalk> walks)
    {
        var longest = 0;
        foreach (ref readonly var walk in walks)
            longest = Math.Max(longest, walk.Count);
        return longest;
    }

    /// <summary>Whether a sum may stay as it is for another place: with scores e^±<see cref="Limit"/> apart nothing can vanish yet.</summary>
    private static bool IsInMiddle(double sum) => sum is > 1e-30 and < 1e30;

    /// <summary>The least and the greatest emission of some places; NaN where one is.</summary>
    private static (double Low, double High) Extent<T>(ChainProblem<T> problem, ChainTables tables, in ChainWalk walk, int first, int count)
        where T : unmanaged
    {
        var (least, greatest, used, width) = (Vector512.Create(double.PositiveInfinity), Vector512.Create(double.NegativeInfinity), tables.Used, tables.Width);
        var spare = (T*)walk.Beta;                                        // not in use yet
        for (var n = first; n < first + count; n++)
        {
            var emissions = problem.Readable(walk.Chain, walk.Places[n], width, spare);
            var j = 0;
            for (; j < width - Vector512<double>.Count; j += Vector512<double>.Count)
            {
                var scores = ChainProblem<T>.Wide(emissions + j);
                (least, greatest) = (Vector512.Min(least, scores), Vector512.Max(greatest, scores));
            }
            var last = Vector512.ConditionalSelect(used, ChainProblem<T>.Wide(emissions + j), Vector512.Create(ChainProblem<T>.Read(emissions)));
            (least, greatest) = (Vector512.Min(least, last), Vector512.Max(greatest, last));
        }
        return (LeastOf(least), -LeastOf(-greatest));
    }

    private static void Exponentiate<T>(ChainProblem<T> problem, ChainTables tables, in ChainWalk walk, int n, double maximum)
        where T : unmanaged
    {
        var (width, shift) = (tables.Width, Vector512.Create(maximum));
        var row = walk.Weights + (long)n * width;
        var emissions = problem.Readable(walk.Chain, walk.Places[n], width, (T*)walk.Beta);
        var j = 0;
        for (; j < width - Vector512<double>.Count; j += Vector512<double>.Count)
            Lanes.ExpOfNonPositive(ChainProblem<T>.Wide(emissions + j) - shift).Store(row + j);
        Vector512.ConditionalSelect(tables.Used, Lanes.ExpOfNonPositive(ChainProblem<T>.Wide(emissions + j) - shift), Vector512<double>.Zero).Store(row + j);
    }

    /// <summary>Multiplies entry by entry, and answers the sum.</summary>
    private static double Weighted(double* a, double* b, double* products, int width)
    {
        var sum = Vector512<double>.Zero;
        for (var j = 0; j < width; j += Vector512<double>.Count)
        {
            var product = Vector512.Load(a + j) * Vector512.Load(b + j);
            product.Store(products + j);
            sum += product;
        }
        return Vector512.Sum(sum);
    }

    /// <summary>Multiplies by one number, and answers the least entry that is not 0.</summary>
    private static double Scaled(double* alpha, double by, int width)
    {
        var (factor, least) = (Vector512.Create(by), Vector512<double>.One);
        for (var j = 0; j < width; j += Vector512<double>.Count)
        {
            var scaled = Vector512.Load(alpha + j) * factor;
            scaled.Store(alpha + j);
            least = Vector512.Min(
                least, Vector512.ConditionalSelect(Vector512.Equals(scaled, Vector512<double>.Zero), Vector512<double>.One, scaled));
        }
        return LeastOf(least);
    }

    private static double Dot(double* a, double* b, int width)
    {
        var sum = Vector512<double>.Zero;
        for (var j = 0; j < width; j += Vector512<double>.Count)
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), Vector512.Load(b + j), sum);
        return Vector512.Sum(sum);
    }

    private static double LeastOf(Vector512<double> x)
    {
        var half = Vector256.Min(x.GetLower(), x.GetUpper());
        var quarter = Vector128.Min(half.GetLower(), half.GetUpper());
        return Math.Min(quarter[0], quarter[1]);
    }

    private static double LeastFinite<T>(T* scores, int count)
        where T : unmanaged
    {
        var least = double.PositiveInfinity;
        for (var j = 0; j < count; j++)
            if (ChainProblem<T>.Read(scores + j) is var score && !double.IsNegativeInfinity(score))
                least = Math.Min(least, score);
        return least;
    }
}
