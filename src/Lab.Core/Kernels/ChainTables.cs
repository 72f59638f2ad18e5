using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>
/// What all chains of a batch share in the exp domain: <c>exp(transitions - their maximum)</c> and its transpose, rows padded
/// with zeros to whole vectors; the same for start and end.
/// </summary>
internal sealed unsafe class ChainTables
{
    public ChainTables(int tags, double[] transitions, double[] start, double[] end)
    {
        (Tags, Width) = (tags, (tags + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count);
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

    /// <summary><c>sums[j] = Σ weights[i] · table[i, j]</c>.</summary>
    public static void Product(double* weights, double* table, double* sums, int rows, int width)
    {
        var (column, lanes) = (0, Vector<double>.Count);
        for (; column <= width - 4 * lanes; column += 4 * lanes)
        {
            var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            var row = table + column;
            for (var i = 0; i < rows; i++, row += width)
            {
                var weight = Vector.Create(weights[i]);
                a = Vector.FusedMultiplyAdd(weight, Vector.Load(row), a);
                b = Vector.FusedMultiplyAdd(weight, Vector.Load(row + lanes), b);
                c = Vector.FusedMultiplyAdd(weight, Vector.Load(row + 2 * lanes), c);
                d = Vector.FusedMultiplyAdd(weight, Vector.Load(row + 3 * lanes), d);
            }
            a.Store(sums + column);
            b.Store(sums + column + lanes);
            c.Store(sums + column + 2 * lanes);
            d.Store(sums + column + 3 * lanes);
        }
        for (; column < width; column += lanes)
        {
            var (a, b) = (Vector<double>.Zero, Vector<double>.Zero);      // two, so that one need not wait for the other
            var row = table + column;
            var i = 0;
            for (; i < rows - 1; i += 2, row += 2 * width)
            {
                a = Vector.FusedMultiplyAdd(Vector.Create(weights[i]), Vector.Load(row), a);
                b = Vector.FusedMultiplyAdd(Vector.Create(weights[i + 1]), Vector.Load(row + width), b);
            }
            if (i < rows)
                a = Vector.FusedMultiplyAdd(Vector.Create(weights[i]), Vector.Load(row), a);
            (a + b).Store(sums + column);
        }
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
