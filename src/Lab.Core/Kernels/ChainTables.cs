using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>
/// What all chains of a batch share in the exp domain: <c>exp(transitions - their maximum)</c> and its transpose, rows padded
/// with zeros to whole vectors; the same for start and end.
/// </summary>
internal sealed unsafe class ChainTables
{
    public ChainTables(int tags, double[] transitions, double[] start, double[] end)
    {
        (Tags, Width) = (tags, (tags + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count);
        (LogTransitions, LogStart, LogEnd) = (transitions, start, end);
        (Onward, Back) = (new double[tags * Width], new double[tags * Width]);
        (Start, End) = (new double[Width], new double[Width]);
        (MaxTransition, MaxStart, MaxEnd) = (Greatest(transitions), Greatest(start), Greatest(end));
        for (var i = 0; i < tags; i++)
        {
            Start[i] = Math.Exp(start[i] - MaxStart);
            End[i] = Math.Exp(end[i] - MaxEnd);
            for (var j = 0; j < tags; j++)
                Onward[i * Width + j] = Back[j * Width + i] = Math.Exp(transitions[i * tags + j] - MaxTransition);
        }
        Range = Math.Max(Spread(transitions), Math.Max(Spread(start), Spread(end)));
        Forbids = HoldsNegativeInfinity(transitions) || HoldsNegativeInfinity(start) || HoldsNegativeInfinity(end);
        IsUsable = double.IsFinite(MaxTransition) && double.IsFinite(MaxStart) && double.IsFinite(MaxEnd) && double.IsFinite(Range);
    }

    /// <summary>K.</summary>
    public int Tags { get; }

    /// <summary>K, rounded up to whole vectors.</summary>
    public int Width { get; }

    /// <summary>As given, <c>[K, K]</c>.</summary>
    public double[] LogTransitions { get; }

    /// <summary>As given, <c>[K]</c>.</summary>
    public double[] LogStart { get; }

    /// <summary>As given, <c>[K]</c>.</summary>
    public double[] LogEnd { get; }

    /// <summary><c>[K, Width]</c>, a row per tag before.</summary>
    public double[] Onward { get; }

    /// <summary><c>[K, Width]</c>, a row per tag after.</summary>
    public double[] Back { get; }

    public double[] Start { get; }

    public double[] End { get; }

    public double MaxTransition { get; }

    public double MaxStart { get; }

    public double MaxEnd { get; }

    /// <summary>The greatest distance between two finite scores of one table.</summary>
    public double Range { get; }

    /// <summary>Whether a score is -∞.</summary>
    public bool Forbids { get; }

    /// <summary>Whether the exp domain can hold them at all: no NaN and no +∞.</summary>
    public bool IsUsable { get; }

    /// <summary><c>sums[j] = Σ weights[i] · table[i, j]</c>. Several sums at once, so that none waits for the one before.</summary>
    public static void Product(double* weights, double* table, double* sums, int rows, int width)
    {
        var (column, lanes) = (0, Vector512<double>.Count);
        for (; Vector512.IsHardwareAccelerated && column <= width - 4 * lanes; column += 4 * lanes) // else there are too few registers
            FourColumns(weights, table + column, sums + column, rows, width);
        for (; Vector512.IsHardwareAccelerated && column <= width - 2 * lanes; column += 2 * lanes)
            TwoColumns(weights, table + column, sums + column, rows, width);
        for (; column < width; column += lanes)
            OneColumn(weights, table + column, sums + column, rows, width);
    }

    private static void FourColumns(double* weights, double* row, double* sums, int rows, int width)
    {
        var (i, lanes, a) = (0, Vector512<double>.Count, Vector512<double>.Zero);
        var (b, c, d, e, f, g, h) = (a, a, a, a, a, a, a);
        for (; i < rows - 1; i += 2, row += 2 * width)
        {
            var (weight, next) = (Vector512.Create(weights[i]), Vector512.Create(weights[i + 1]));
            a = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row), a);
            b = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + lanes), b);
            c = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + 2 * lanes), c);
            d = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + 3 * lanes), d);
            e = Vector512.FusedMultiplyAdd(next, Vector512.Load(row + width), e);
            f = Vector512.FusedMultiplyAdd(next, Vector512.Load(row + width + lanes), f);
            g = Vector512.FusedMultiplyAdd(next, Vector512.Load(row + width + 2 * lanes), g);
            h = Vector512.FusedMultiplyAdd(next, Vector512.Load(row + width + 3 * lanes), h);
        }
        if (i < rows)
        {
            var weight = Vector512.Create(weights[i]);
            a = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row), a);
            b = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + lanes), b);
            c = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + 2 * lanes), c);
            d = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + 3 * lanes), d);
        }
        (a + e).Store(sums);
        (b + f).Store(sums + lanes);
        (c + g).Store(sums + 2 * lanes);
        (d + h).Store(sums + 3 * lanes);
    }

    private static void TwoColumns(double* weights, double* row, double* sums, int rows, int width)
    {
        var (i, lanes, a) = (0, Vector512<double>.Count, Vector512<double>.Zero);
        var (b, c, d, e, f) = (a, a, a, a, a);
        for (; i < rows - 2; i += 3, row += 3 * width)
        {
            var (first, second, third) = (Vector512.Create(weights[i]), Vector512.Create(weights[i + 1]), Vector512.Create(weights[i + 2]));
            a = Vector512.FusedMultiplyAdd(first, Vector512.Load(row), a);
            b = Vector512.FusedMultiplyAdd(first, Vector512.Load(row + lanes), b);
            c = Vector512.FusedMultiplyAdd(second, Vector512.Load(row + width), c);
            d = Vector512.FusedMultiplyAdd(second, Vector512.Load(row + width + lanes), d);
            e = Vector512.FusedMultiplyAdd(third, Vector512.Load(row + 2 * width), e);
            f = Vector512.FusedMultiplyAdd(third, Vector512.Load(row + 2 * width + lanes), f);
        }
        for (; i < rows; i++, row += width)
        {
            var weight = Vector512.Create(weights[i]);
            a = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row), a);
            b = Vector512.FusedMultiplyAdd(weight, Vector512.Load(row + lanes), b);
        }
        (a + c + e).Store(sums);
        (b + d + f).Store(sums + lanes);
    }

    private static void OneColumn(double* weights, double* row, double* sums, int rows, int width)
    {
        var (i, a) = (0, Vector512<double>.Zero);
        var (b, c, d) = (a, a, a);
        for (; i < rows - 3; i += 4, row += 4 * width)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i]), Vector512.Load(row), a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i + 1]), Vector512.Load(row + width), b);
            c = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i + 2]), Vector512.Load(row + 2 * width), c);
            d = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i + 3]), Vector512.Load(row + 3 * width), d);
        }
        for (; i < rows; i++, row += width)
            a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i]), Vector512.Load(row), a);
        (a + b + (c + d)).Store(sums);
    }

    private static double Greatest(double[] scores)
    {
        var greatest = double.NegativeInfinity;
        foreach (var score in scores)
            greatest = Math.Max(greatest, score);                         // NaN stays
        return double.IsNegativeInfinity(greatest) ? 0 : greatest;        // all forbidden: exp(-∞ - 0) is 0
    }

    private static double Spread(double[] scores)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var score in scores)
        {
            if (!double.IsNegativeInfinity(score))
                (least, greatest) = (Math.Min(least, score), Math.Max(greatest, score));
        }
        return greatest < least ? 0 : greatest - least;
    }

    private static bool HoldsNegativeInfinity(double[] scores) => Array.IndexOf(scores, double.NegativeInfinity) >= 0;
}
