using System.Buffers;
using System.Numerics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// The nucleus without a sort: masses above a few thresholds say between which two of them the last token lies; only the tokens
/// there are looked at one by one, by a selection that knows their masses.
/// </summary>
internal static unsafe class NucleusKernel
{
    private const int Block = 2048;                                   // sums of a block are added up in float64
    private static readonly double[] below = [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9.5, 11, 13]; // thresholds, in nats below the greatest logit

    public static Tensor Of(Tensor logits, double share)
    {
        using var scope = NewDisposeScope();
        var rows = logits.contiguous();
        var result = empty_like(rows);
        if (rows.dtype == ScalarType.Float32)
            Run<float>(rows, result, share);
        else
            Run<double>(rows, result, share);
        return result.MoveToOuterDisposeScope();
    }

    private static void Run<T>(Tensor logits, Tensor result, double share) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = ClassGrid.Of(logits, 1);
        var from = ClassGrid.Pointer<T>(logits);
        var to = ClassGrid.Pointer<T>(result);
        grid.ForEachTile(tile =>
        {
            var candidates = ArrayPool<Candidate<T>>.Shared.Rent((int)grid.Classes);
            for (var row = 0; row < tile.Count; row++)
            {
                var at = tile.Entry + row * grid.Classes;
                Row(from + at, to + at, (int)grid.Classes, share, candidates);
            }
            ArrayPool<Candidate<T>>.Shared.Return(candidates);
        });
        GC.KeepAlive(logits);
        GC.KeepAlive(result);
    }

    private static void Row<T>(T* z, T* result, int count, double share, Candidate<T>[] candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var max = Lanes.Max(z, count);
        if (!T.IsFinite(max))
        {
            Infinite(z, result, count, max);
            return;
        }

        var masses = stackalloc double[below.Length];
        var total = Masses(z, count, max, masses);
        var target = share * total;
        var (j, low, high, before) = (0, T.NegativeInfinity, T.PositiveInfinity, 0.0);
        while (j < below.Length && masses[j] < target)
            (before, high) = (masses[j], Threshold(max, j++));
        if (j < below.Length)
            low = Threshold(max, j);

        var found = Collect(z, count, low, high, max, candidates);
        var last = Last(candidates.AsSpan(0, found), before, target);
        Write(z, result, count, last.Value);
        for (var i = 0; i < found; i++)                               // of equal logits those with a low index stay
            if (candidates[i].Value == last.Value && candidates[i].Place <= last.Place)
                result[candidates[i].Place] = last.Value;
    }

    private static T Threshold<T>(T max, int j) where T : unmanaged, IBinaryFloatingPointIeee754<T> => max - T.CreateChecked(below[j]);

    /// <summary>The whole mass, relative to that of the greatest logit, and the mass above each threshold.</summary>
    private static double Masses<T>(T* z, int count, T max, double* above) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = 0.0;
        var sums = stackalloc Vector<T>[below.Length];
        for (var start = 0; start < count; start += Block)
        {
            var (i, end, sum) = (start, Math.Min(count, start + Block), Vector<T>.Zero);
            for (var j = 0; j < below.Length; j++)
                sums[j] = Vector<T>.Zero;
            for (; i <= end - Vector<T>.Count; i += Vector<T>.Count)
            {
                var x = Vector.Load(z + i);
                var mass = Lanes.Exp(x - Vector.Create(max));
                sum += mass;
                for (var j = below.Length - 1; j >= 0; j--)
                {
                    var higher = Vector.GreaterThan(x, Vector.Create(Threshold(max, j)));
                    if (higher == Vector<T>.Zero)                     // most lie far below: none above the next ones either
                        break;
                    sums[j] += Vector.ConditionalSelect(higher, mass, Vector<T>.Zero);
                }
            }
            for (; i < end; i++)
            {
                var mass = T.Exp(z[i] - max);
                total += double.CreateChecked(mass);
                for (var j = below.Length - 1; j >= 0 && z[i] > Threshold(max, j); j--)
                    above[j] += double.CreateChecked(mass);
            }
            total += double.CreateChecked(Vector.Sum(sum));
            for (var j = 0; j < below.Length; j++)
                above[j] += double.CreateChecked(Vector.Sum(sums[j]));
        }
        return total;
    }

    /// <summary>The tokens with a logit in (low, high], with their masses; in the order of their indices.</summary>
    private static int Collect<T>(T* z, int count, T low, T high, T max, Candidate<T>[] candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, found, width) = (0, 0, Vector<T>.Count);
        var (least, most) = (Vector.Create(low), Vector.Create(high));
        for (; i <= count - width; i += width)
        {
            var x = Vector.Load(z + i);
            if ((Vector.GreaterThan(x, least) & Vector.LessThanOrEqual(x, most)) == Vector<T>.Zero)
                continue;
            var mass = Lanes.Exp(x - Vector.Create(max));
            for (var lane = 0; lane < width; lane++)
                if (x[lane] > low && x[lane] <= high)
                    candidates[found++] = new(x[lane], i + lane, double.CreateChecked(mass[lane]));
        }
        for (; i < count; i++)
            if (z[i] > low && z[i] <= high)
                candidates[found++] = new(z[i], i, double.CreateChecked(T.Exp(z[i] - max)));
        return found;
    }

    /// <summary>The token with which the mass reaches the target; the last one, where it never does. Selection by mass.</summary>
    private static Candidate<T> Last<T>(Span<Candidate<T>> tokens, double before, double target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var last = tokens[0];
        var (low, high) = (0, tokens.Length - 1);
        while (low <= high)
        {
            (tokens[low], tokens[(low + high) / 2]) = (tokens[(low + high) / 2], tokens[low]);
            var (pivot, first, mass) = (tokens[low], low, 0.0);       // what comes before the pivot is gathered behind it
            for (var i = low + 1; i <= high; i++)
            {
                if (!tokens[i].ComesBefore(pivot))
                    continue;
                mass += tokens[i].Mass;
                first++;
                (tokens[first], tokens[i]) = (tokens[i], tokens[first]);
            }
            (tokens[low], tokens[first]) = (tokens[first], tokens[low]);
            if (first > low && before + mass >= target)
            {
                high = first - 1;
                continue;
            }
            last = pivot;
            before += mass + pivot.Mass;
            if (before >= target)
                break;
            low = first + 1;
        }
        return last;
    }

    private static void Write<T>(T* z, T* result, int count, T limit) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, by, never) = (0, Vector.Create(limit), Vector.Create(T.NegativeInfinity));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            var x = Vector.Load(z + i);
            Vector.ConditionalSelect(Vector.GreaterThan(x, by), x, never).Store(result + i);
        }
        for (; i < count; i++)
            result[i] = z[i] > limit ? z[i] : T.NegativeInfinity;
    }

    /// <summary>A row of only -∞ stays; of a row with +∞ the first +∞.</summary>
    private static void Infinite<T>(T* z, T* result, int count, T max) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Span<T>(result, count).Fill(T.NegativeInfinity);
        for (var i = 0; i < count && T.IsPositiveInfinity(max); i++)
        {
            if (!T.IsPositiveInfinity(z[i]))
                continue;
            result[i] = z[i];
            return;
        }
    }

    private readonly record struct Candidate<T>(T Value, int Place, double Mass) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public bool ComesBefore(in Candidate<T> other) => Value > other.Value || (Value == other.Value && Place < other.Place);
    }
}
