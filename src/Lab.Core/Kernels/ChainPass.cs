using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>
/// Forward and backward along one chain in the exp domain: probabilities instead of their logarithms, the largest score of each
/// place taken out, each place's sum brought back to 1. No logarithm and no exponential inside the K² loops.
/// </summary>
/// <remarks>
/// Float64 holds e^±700. While the scores of a table are within e^±300 of each other nothing that counts can vanish; a
/// score of -∞ can let small numbers shrink from place to place, so there the least number is watched. What does not fit is
/// left to <see cref="LogPass{T}"/>.
/// </remarks>
internal static unsafe class ChainPass
{
    /// <summary>The greatest range of scores, in nats.</summary>
    public const double Limit = 300;

    private const double Least = 1e-130;                                  // e^-300

    /// <summary>exp(emission - the place's maximum) for each valid place; false where the exp domain does not hold them.</summary>
    public static bool Weigh<T>(
        ChainProblem<T> problem, ChainTables tables, long chain, ReadOnlySpan<int> places, double* weights, double* maxima,
        out bool forbids)
        where T : unmanaged
    {
        var spread = 0.0;
        forbids = tables.Forbids;
        for (var n = 0; n < places.Length; n++)
        {
            var row = weights + n * tables.Width;
            Widen(problem.EmissionsAt(chain, places[n]), row, tables.Tags);
            for (var j = tables.Tags; j < tables.Width; j++)
                row[j] = row[0];
            var (least, greatest) = (Vector.Load(row), Vector.Load(row));
            for (var j = Vector<double>.Count; j < tables.Width; j += Vector<double>.Count)
            {
                least = Vector.Min(least, Vector.Load(row + j));
                greatest = Vector.Max(greatest, Vector.Load(row + j));
            }
            var (low, high) = (least[0], greatest[0]);
            for (var lane = 1; lane < Vector<double>.Count; lane++)
                (low, high) = (Math.Min(low, least[lane]), Math.Max(high, greatest[lane]));
            if (!double.IsFinite(high))
                return false;
            if (double.IsNegativeInfinity(low))
            {
                forbids = true;
                low = LeastFinite(row, tables.Tags);
            }
            if (!(high - low <= Limit))                                   // NaN too
                return false;
            spread = Math.Max(spread, high - low);
            maxima[n] = high;
            var shift = Vector.Create(high);
            for (var j = 0; j < tables.Width; j += Vector<double>.Count)
                Vector.Exp(Vector.Load(row + j) - shift).Store(row + j);
            for (var j = tables.Tags; j < tables.Width; j++)
                row[j] = 0;
        }
        return spread + tables.Range <= Limit;
    }

    /// <summary>log Z; NaN where the exp domain does not hold it. Leaves α of each place, summing to 1, in <paramref name="alphas"/>.</summary>
    public static double Forward(
        ChainTables tables, int count, double* weights, double* maxima, double* alphas, double* onward, bool forbids)
    {
        var (width, scale, logPartition) = (tables.Width, 1.0, tables.MaxStart + tables.MaxEnd + (count - 1) * tables.MaxTransition);
        for (var n = 0; n < count; n++)
        {
            var alpha = alphas + n * width;
            if (n == 0)
                tables.Start.AsSpan().CopyTo(new Span<double>(alpha, width));
            else
                ChainTables.Product(alpha - width, onward, alpha, tables.Tags, width);
            var sum = Weighted(alpha, weights + n * width, width);
            if (!(sum > 1e-290))
                return double.NaN;
            var least = Scaled(alpha, 1 / sum, width);
            if (forbids && least < Least)
                return double.NaN;
            logPartition += maxima[n];
            Fold(ref scale, ref logPartition, sum);
        }
        var ending = 0.0;
        for (var j = 0; j < tables.Tags; j++)
            ending += alphas[(count - 1) * width + j] * tables.End[j];
        return ending > 1e-290 ? logPartition + Math.Log(scale) + Math.Log(ending) : double.NaN;
    }

    /// <summary>
    /// Adds to <paramref name="steps"/> what has still to be multiplied by exp(transitions), and writes the probability of each tag
    /// at each place, times <paramref name="upstream"/>, over α.
    /// </summary>
    /// <param name="tables">What the chains share.</param>
    /// <param name="count">Valid places.</param>
    /// <param name="weights">As <see cref="Weigh{T}"/> left them.</param>
    /// <param name="alphas">α as <see cref="Forward"/> left them: read, not written.</param>
    /// <param name="back">The transposed transitions.</param>
    /// <param name="beta">Room for two rows.</param>
    /// <param name="upstream">The gradient from above.</param>
    /// <param name="steps">Room for K rows, added to.</param>
    /// <param name="probabilities">Gets a row per place.</param>
    public static void Backward(
        ChainTables tables, int count, double* weights, double* alphas, double* back, double* beta, double upstream,
        double* steps, double* probabilities)
    {
        var (width, lanes) = (tables.Width, Vector<double>.Count);
        var carried = beta + width;
        tables.End.AsSpan().CopyTo(new Span<double>(beta, width));
        for (var n = count - 1; n >= 0; n--)
        {
            var alpha = alphas + n * width;
            var sum = Dot(alpha, beta, width);                            // of the unscaled β, also what a step from here weighs
            if (n < count - 1)
                AddSteps(alpha, carried, upstream / sum, steps, tables.Tags, width);
            var (byPlace, one) = (Vector.Create(upstream / sum), Vector.Create(1 / sum));
            for (var j = 0; j < width; j += lanes)
            {
                var (a, b) = (Vector.Load(alpha + j), Vector.Load(beta + j));
                (a * b * byPlace).Store(probabilities + n * width + j);
                var reachable = Vector.ConditionalSelect(Vector.Equals(a, Vector<double>.Zero), Vector<double>.Zero, b);
                (reachable * one * Vector.Load(weights + n * width + j)).Store(carried + j);
            }
            if (n > 0)
                ChainTables.Product(carried, back, beta, tables.Tags, width);
        }
    }

    private static void AddSteps(double* alpha, double* carried, double factor, double* steps, int tags, int width)
    {
        for (var i = 0; i < tags; i++)
        {
            var by = Vector.Create(alpha[i] * factor);
            var row = steps + i * width;
            for (var j = 0; j < width; j += Vector<double>.Count)
                Vector.FusedMultiplyAdd(by, Vector.Load(carried + j), Vector.Load(row + j)).Store(row + j);
        }
    }

    /// <summary>Multiplies entry by entry, and answers the sum.</summary>
    private static double Weighted(double* alpha, double* weights, int width)
    {
        var sum = Vector<double>.Zero;
        for (var j = 0; j < width; j += Vector<double>.Count)
        {
            var product = Vector.Load(alpha + j) * Vector.Load(weights + j);
            product.Store(alpha + j);
            sum += product;
        }
        return Vector.Sum(sum);
    }

    /// <summary>Multiplies by one number, and answers the least entry that is not 0.</summary>
    private static double Scaled(double* alpha, double by, int width)
    {
        var (factor, least) = (Vector.Create(by), Vector<double>.One);
        for (var j = 0; j < width; j += Vector<double>.Count)
        {
            var scaled = Vector.Load(alpha + j) * factor;
            scaled.Store(alpha + j);
            least = Vector.MinNative(least, Vector.ConditionalSelect(Vector.Equals(scaled, Vector<double>.Zero), Vector<double>.One, scaled));
        }
        var smallest = least[0];
        for (var lane = 1; lane < Vector<double>.Count; lane++)
            smallest = Math.Min(smallest, least[lane]);
        return smallest;
    }

    private static double Dot(double* a, double* b, int width)
    {
        var sum = Vector<double>.Zero;
        for (var j = 0; j < width; j += Vector<double>.Count)
            sum = Vector.FusedMultiplyAdd(Vector.Load(a + j), Vector.Load(b + j), sum);
        return Vector.Sum(sum);
    }

    /// <summary>Multiplies sums up, and takes a logarithm only when the product leaves the middle of the range.</summary>
    private static void Fold(ref double scale, ref double logarithm, double sum)
    {
        if (sum is < 1e-100 or > 1e100)
        {
            logarithm += Math.Log(sum);
            return;
        }
        scale *= sum;
        if (scale is < 1e-100 or > 1e100)
            (scale, logarithm) = (1, logarithm + Math.Log(scale));
    }

    private static double LeastFinite(double* row, int count)
    {
        var least = double.PositiveInfinity;
        for (var j = 0; j < count; j++)
            if (!double.IsNegativeInfinity(row[j]))
                least = Math.Min(least, row[j]);
        return least;
    }

    private static void Widen<T>(T* from, double* to, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            new ReadOnlySpan<double>(from, count).CopyTo(new Span<double>(to, count));
            return;
        }
        var i = 0;
        var single = (float*)from;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(single + i), out var low, out var high);
            low.Store(to + i);
            high.Store(to + i + Vector<double>.Count);
        }
        for (; i < count; i++)
            to[i] = single[i];
    }
}
