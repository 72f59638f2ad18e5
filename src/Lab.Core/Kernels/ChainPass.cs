using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>
/// Forward and backward along one chain in the exp domain: probabilities instead of their logarithms, the largest score of each
/// place taken out, the sum brought back to 1 where it leaves the middle of the range. No logarithm and no exponential inside the K² loops.
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

    /// <summary>exp(emission - the place's maximum) for each valid place; false where the exp domain does not hold them.</summary>
    public static bool Weigh<T>(
        ChainProblem<T> problem, ChainTables tables, long chain, ReadOnlySpan<int> places, ref ChainWalk walk)
        where T : unmanaged
    {
        var spread = 0.0;
        var weights = walk.Weights;
        (walk.Forbids, walk.LogPartition) = (tables.Forbids, tables.MaxStart + tables.MaxEnd + (places.Length - 1) * tables.MaxTransition);
        var used = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(tables.Tags - tables.Width + Vector512<double>.Count)));
        for (var n = 0; n < places.Length; n++)
        {
            var row = weights + n * tables.Width;
            var emissions = problem.EmissionsAt(chain, places[n]);
            var first = Vector512.Create(ChainProblem<T>.Read(emissions));
            var (least, greatest) = (first, first);
            for (var j = 0; j < tables.Width; j += Vector512<double>.Count)
            {
                var scores = problem.Wide(emissions + j, tables.Tags - j);
                if (j + Vector512<double>.Count >= tables.Width)
                    scores = Vector512.ConditionalSelect(used, scores, first);
                (least, greatest) = (Vector512.Min(least, scores), Vector512.Max(greatest, scores));
            }
            var (low, high) = (LeastOf(least), -LeastOf(-greatest));
            if (!double.IsFinite(high))
                return false;
            if (double.IsNegativeInfinity(low))
            {
                walk.Forbids = true;
                low = LeastFinite(emissions, tables.Tags);
            }
            if (!(high - low <= Limit))                                   // NaN too
                return false;
            spread = Math.Max(spread, high - low);
            walk.LogPartition += high;
            var shift = Vector512.Create(high);
            for (var j = 0; j < tables.Width; j += Vector512<double>.Count)
            {
                var weight = Vector512.Exp(problem.Wide(emissions + j, tables.Tags - j) - shift);
                (j + Vector512<double>.Count >= tables.Width ? Vector512.ConditionalSelect(used, weight, Vector512<double>.Zero) : weight).Store(row + j);
            }
        }
        return spread + tables.Range <= Limit;
    }

    /// <summary>
    /// Leaves α of each place, up to a factor, and log Z; NaN where the exp domain does not hold it. The chains go hand in hand: a
    /// step of one need not wait for a step of another.
    /// </summary>
    public static void Forward(ChainTables tables, Span<ChainWalk> walks, double* onward)
    {
        var longest = Longest(walks);
        for (var n = 0; n < longest; n++)
        {
            foreach (ref var walk in walks)
                if (n < walk.Count)
                    StepForward(tables, ref walk, n, onward);
        }
        foreach (ref var walk in walks)
        {
            var ending = walk.Count == 0 ? 1 : Dot(walk.Alphas + (walk.Count - 1) * tables.Width, tables.End, tables.Width);
            walk.LogPartition = ending > 1e-290 ? walk.LogPartition + Math.Log(ending) : double.NaN;
        }
    }

    /// <summary>
    /// Adds to <paramref name="steps"/> what has still to be multiplied by exp(transitions), and writes the probability of each tag
    /// at each place, times the gradient from above.
    /// </summary>
    /// <param name="tables">What the chains share.</param>
    /// <param name="walks">Weights and α as <see cref="Forward"/> left them: read, not written.</param>
    /// <param name="back">The transposed transitions.</param>
    /// <param name="steps">Room for K rows, added to.</param>
    public static void Backward(ChainTables tables, Span<ChainWalk> walks, double* back, double* steps)
    {
        foreach (ref var walk in walks)
            tables.End.CopyTo(new Span<double>(walk.Beta, tables.Width));
        for (var n = Longest(walks) - 1; n >= 0; n--)
        {
            foreach (ref var walk in walks)
                if (n < walk.Count)
                    StepBackward(tables, ref walk, n, back, steps);
        }
    }

    private static void StepForward(ChainTables tables, ref ChainWalk walk, int n, double* onward)
    {
        var width = tables.Width;
        var alpha = walk.Alphas + n * width;
        if (n == 0)
            tables.Start.CopyTo(new Span<double>(alpha, width));
        else
            ChainTables.Product(alpha - width, onward, alpha, tables.Tags, width);
        var sum = Weighted(alpha, walk.Weights + n * width, width);
        if (!walk.Forbids && IsInMiddle(sum))                             // a branch that is foretold: the next place may begin
            return;
        var least = Scaled(alpha, 1 / sum, width);
        walk.LogPartition += sum > 1e-290 && !(walk.Forbids && least < Least) ? Math.Log(sum) : double.NaN;
    }

    private static void StepBackward(ChainTables tables, ref ChainWalk walk, int n, double* back, double* steps)
    {
        var (width, lanes) = (tables.Width, Vector512<double>.Count);
        double* alpha = walk.Alphas + n * width, weights = walk.Weights + n * width, beta = walk.Beta, carried = walk.Beta + width;
        var sum = Dot(alpha, beta, width);                                // Z up to a factor, also what a step from here weighs
        var factor = walk.Upstream / sum;
        if (n < walk.Count - 1)
            AddSteps(alpha, carried, factor, steps, tables.Tags, width);
        var (byPlace, by) = (Vector512.Create(factor), Vector512.Create(IsInMiddle(sum) ? 1 : 1 / sum));
        for (var j = 0; j < width; j += lanes)
        {
            var (a, b) = (Vector512.Load(alpha + j), Vector512.Load(beta + j));
            (a * b * byPlace).Store(walk.Probabilities + n * width + j);
            var reachable = Vector512.ConditionalSelect(Vector512.Equals(a, Vector512<double>.Zero), Vector512<double>.Zero, b);
            (reachable * by * Vector512.Load(weights + j)).Store(carried + j);
        }
        if (n > 0)
            ChainTables.Product(carried, back, beta, tables.Tags, width);
    }

    private static int Longest(ReadOnlySpan<ChainWalk> walks)
    {
        var longest = 0;
        foreach (ref readonly var walk in walks)
            longest = Math.Max(longest, walk.Count);
        return longest;
    }

    private static void AddSteps(double* alpha, double* carried, double factor, double* steps, int tags, int width)
    {
        for (var i = 0; i < tags; i++)
        {
            var by = Vector512.Create(alpha[i] * factor);
            var row = steps + i * width;
            for (var j = 0; j < width; j += Vector512<double>.Count)
                Vector512.FusedMultiplyAdd(by, Vector512.Load(carried + j), Vector512.Load(row + j)).Store(row + j);
        }
    }

    /// <summary>Whether a sum may stay as it is for another place: with scores e^±<see cref="Limit"/> apart nothing can vanish yet.</summary>
    private static bool IsInMiddle(double sum) => sum is > 1e-30 and < 1e30;

    /// <summary>Multiplies entry by entry, and answers the sum.</summary>
    private static double Weighted(double* alpha, double* weights, int width)
    {
        var sum = Vector512<double>.Zero;
        for (var j = 0; j < width; j += Vector512<double>.Count)
        {
            var product = Vector512.Load(alpha + j) * Vector512.Load(weights + j);
            product.Store(alpha + j);
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

    private static double Dot(double* a, double[] b, int width)
    {
        fixed (double* other = b)
            return Dot(a, other, width);
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
