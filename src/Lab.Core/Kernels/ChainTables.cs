using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>
/// What all chains of a batch share in the exp domain: <c>exp(transitions - their maximum)</c> and its transpose, rows padded
/// with zeros to whole vectors; the same for start and end.
/// </summary>
internal sealed unsafe class ChainTables : IDisposable
{
    private readonly ChainRoom room;

    public ChainTables(int tags, ReadOnlySpan<double> transitions, ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        (Tags, Width) = (tags, (tags + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count);
        var (square, table) = ((long)tags * tags, (long)tags * Width);
        room = new(ChainRoom.Bytes<double>(square) + 2 * ChainRoom.Bytes<double>(table) + 4 * ChainRoom.Bytes<double>(Width));
        LogTransitions = room.Take<double>(square);
        LogStart = room.Take<double>(Width);
        LogEnd = room.Take<double>(Width);
        Onward = room.Take<double>(table);
        Back = room.Take<double>(table);
        Start = room.Take<double>(Width);
        End = room.Take<double>(Width);
        transitions.CopyTo(new(LogTransitions, transitions.Length));
        start.CopyTo(new(LogStart, tags));
        end.CopyTo(new(LogEnd, tags));
        (MaxTransition, MaxStart, MaxEnd) = (Greatest(transitions), Greatest(start), Greatest(end));
        Exponentiate(start, MaxStart, Start);
        Exponentiate(end, MaxEnd, End);
        for (var i = 0; i < tags; i++)
            Exponentiate(transitions.Slice(i * tags, tags), MaxTransition, Onward + (long)i * Width);
        for (var j = 0; j < tags; j++)
            for (var i = 0; i < Width; i++)
                Back[(long)j * Width + i] = i < tags ? Onward[(long)i * Width + j] : 0;
        Range = Math.Max(Spread(transitions), Math.Max(Spread(start), Spread(end)));
        Forbids = HoldsNegativeInfinity(transitions) || HoldsNegativeInfinity(start) || HoldsNegativeInfinity(end);
        IsUsable = double.IsFinite(MaxTransition) && double.IsFinite(MaxStart) && double.IsFinite(MaxEnd) && double.IsFinite(Range);
        Used = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(tags - Width + Vector512<double>.Count)));
    }

    /// <summary>K.</summary>
    public int Tags { get; }

    /// <summary>K, rounded up to whole vectors.</summary>
    public int Width { get; }

    /// <summary>As given, <c>[K, K]</c>.</summary>
    public double* LogTransitions { get; }

    /// <summary>As given, <c>[K]</c>.</summary>
    public double* LogStart { get; }

    /// <summary>As given, <c>[K]</c>.</summary>
    public double* LogEnd { get; }

    /// <summary><c>[K, Width]</c>, a row per tag before.</summary>
    public double* Onward { get; }

    /// <summary><c>[K, Width]</c>, a row per tag after.</summary>
    public double* Back { get; }

    /// <summary><c>[Width]</c>.</summary>
    public double* Start { get; }

    /// <summary><c>[Width]</c>.</summary>
    public double* End { get; }

    public double MaxTransition { get; }

    public double MaxStart { get; }

    public double MaxEnd { get; }

    /// <summary>The greatest distance between two finite scores of one table.</summary>
    public double Range { get; }

    /// <summary>Whether a score is -∞.</summary>
    public bool Forbids { get; }

    /// <summary>Whether the exp domain can hold them at all: no NaN and no +∞.</summary>
    public bool IsUsable { get; }

    /// <summary>Which lanes of a row's last vector are tags.</summary>
    public Vector512<double> Used { get; }

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();

    /// <summary><c>after[j] = weights[j] · Σᵢ before[i] · exp(transitions[i, j])</c>, and their sum.</summary>
    public double Forward(double* before, double* weights, double* after) => Vector512.Sum(Product(before, Onward, weights, after, Tags, Width));

    /// <summary><c>before[i] = Σⱼ exp(transitions[i, j]) · carried[j]</c>.</summary>
    public void Backward(double* carried, double* before) => Product(carried, Back, null, before, Tags, Width);

    /// <summary>
    /// <c>sums[j] = times[j] · Σ weights[i] · table[i, j]</c>, and what all of these are together. Several sums at once, so that none waits
    /// for the one before.
    /// </summary>
    private static Vector512<double> Product(double* weights, double* table, double* times, double* sums, int rows, int width)
    {
        var (column, lanes, total) = (0, Vector512<double>.Count, Vector512<double>.Zero);
        for (; Vector512.IsHardwareAccelerated && column <= width - 4 * lanes; column += 4 * lanes) // else there are too few registers
            total += FourColumns(weights, table + column, times == null ? null : times + column, sums + column, rows, width);
        for (; Vector512.IsHardwareAccelerated && column <= width - 2 * lanes; column += 2 * lanes)
            total += TwoColumns(weights, table + column, times == null ? null : times + column, sums + column, rows, width);
        for (; column < width; column += lanes)
            total += OneColumn(weights, table + column, times == null ? null : times + column, sums + column, rows, width);
        return total;
    }

    private static Vector512<double> FourColumns(double* weights, double* row, double* times, double* sums, int rows, int width)
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
        (a, b, c, d) = (a + e, b + f, c + g, d + h);
        if (times != null)
        {
            (a, b) = (a * Vector512.Load(times), b * Vector512.Load(times + lanes));
            (c, d) = (c * Vector512.Load(times + 2 * lanes), d * Vector512.Load(times + 3 * lanes));
        }
        a.Store(sums);
        b.Store(sums + lanes);
        c.Store(sums + 2 * lanes);
        d.Store(sums + 3 * lanes);
        return a + b + (c + d);
    }

    private static Vector512<double> TwoColumns(double* weights, double* row, double* times, double* sums, int rows, int width)
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
        (a, b) = (a + c + e, b + d + f);
        if (times != null)
            (a, b) = (a * Vector512.Load(times), b * Vector512.Load(times + lanes));
        a.Store(sums);
        b.Store(sums + lanes);
        return a + b;
    }

    private static Vector512<double> OneColumn(double* weights, double* row, double* times, double* sums, int rows, int width)
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
        a = a + b + (c + d);
        if (times != null)
            a *= Vector512.Load(times);
        a.Store(sums);
        return a;
    }

    /// <summary>exp(score - maximum), zeros behind.</summary>
    private static void Exponentiate(ReadOnlySpan<double> scores, double maximum, double* row)
    {
        var lanes = Vector512<double>.Count;
        for (var j = 0; j < scores.Length; j += lanes)
        {
            if (j + lanes <= scores.Length)
                Lanes.ExpOfNonPositive(Vector512.Create(scores.Slice(j, lanes)) - Vector512.Create(maximum)).Store(row + j);
            else
                for (var lane = 0; lane < lanes; lane++)
                    row[j + lane] = j + lane < scores.Length ? Math.Exp(scores[j + lane] - maximum) : 0;
        }
    }

    private static double Greatest(ReadOnlySpan<double> scores)
    {
        var greatest = double.NegativeInfinity;
        foreach (var score in scores)
            greatest = Math.Max(greatest, score);                         // NaN stays
        return double.IsNegativeInfinity(greatest) ? 0 : greatest;        // all forbidden: exp(-∞ - 0) is 0
    }

    private static double Spread(ReadOnlySpan<double> scores)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var score in scores)
        {
            if (!double.IsNegativeInfinity(score))
                (least, greatest) = (Math.Min(least, score), Math.Max(greatest, score));
        }
        return greatest < least ? 0 : greatest - least;
    }

    private static bool HoldsNegativeInfinity(ReadOnlySpan<double> scores) => scores.Contains(double.NegativeInfinity);
}
