using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>
/// The nucleus without a sort: masses are added up in buckets of logits, which says in which bucket the last token lies; only the
/// tokens there are looked at one by one, by a selection that knows their masses.
/// </summary>
/// <remarks>All masses are float64: with float32's, rounding would move the boundary now and then.</remarks>
internal static unsafe class NucleusKernel
{
    private const int Buckets = 256;                                  // the last holds all that lies below
    private const int PerNat = 16;

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

        var masses = stackalloc double[2 * Buckets];
        var target = share * Masses(z, count, max, masses);
        var (bucket, before) = (0, 0.0);
        while (bucket < Buckets - 1 && before + masses[bucket] < target)
            before += masses[bucket++];

        var found = Collect(z, count, max, bucket, candidates);
        var last = Last(candidates.AsSpan(0, found), before, target);
        Write(z, result, count, last.Value);
        for (var i = 0; i < found; i++)                               // of equal logits those with a low index stay
            if (candidates[i].Value == last.Value && candidates[i].Place <= last.Place)
                result[candidates[i].Place] = last.Value;
    }

    /// <summary>The mass of every bucket, relative to that of the greatest logit, and the whole mass.</summary>
    private static double Masses<T>(T* z, int count, T max, double* masses) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Span<double>(masses, 2 * Buckets).Clear();
        var (width, half) = (Vector<float>.Count, Vector<double>.Count);
        var buckets = stackalloc int[width];
        var tokens = stackalloc double[width];
        var rest = stackalloc T[width];
        for (var i = 0; i < count; i += width)
        {
            var x = i <= count - width ? z + i : Padded(z + i, count - i, rest);
            Bucket(x, max).Store(buckets);
            var (low, high) = Mass(x, max);
            low.Store(tokens);
            high.Store(tokens + half);
            for (var lane = 0; lane < width; lane += 2)               // two sums: neighbours in one bucket need not wait
            {
                masses[buckets[lane]] += tokens[lane];
                masses[Buckets + buckets[lane + 1]] += tokens[lane + 1];
            }
        }
        var total = 0.0;
        for (var bucket = 0; bucket < Buckets; bucket++)
            total += masses[bucket] += masses[Buckets + bucket];
        return total;
    }

    /// <summary>The tokens of a bucket that are not out, with their masses, in the order of their indices.</summary>
    private static int Collect<T>(T* z, int count, T max, int bucket, Candidate<T>[] candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (found, width, half) = (0, Vector<float>.Count, Vector<double>.Count);
        var rest = stackalloc T[width];
        for (var i = 0; i < count; i += width)
        {
            var x = i <= count - width ? z + i : Padded(z + i, count - i, rest);
            var inside = Vector.Equals(Bucket(x, max), Vector.Create(bucket));
            if (inside == Vector<int>.Zero)
                continue;
            var (low, high) = Mass(x, max);
            for (var lane = 0; lane < width; lane++)
                if (inside[lane] != 0 && x[lane] > T.NegativeInfinity)
                    candidates[found++] = new(x[lane], i + lane, lane < half ? low[lane] : high[lane - half]);
        }
        return found;
    }

    /// <summary>In which buckets some tokens lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Bucket<T>(T* x, T max) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var below = typeof(T) == typeof(float)
            ? Vector.Create(float.CreateTruncating(max)) - Vector.Load((float*)x)
            : Vector.Narrow(
                Vector.Create(double.CreateTruncating(max)) - Vector.Load((double*)x),
                Vector.Create(double.CreateTruncating(max)) - Vector.Load((double*)x + Vector<double>.Count));
        var bucket = Vector.ConvertToInt32Native(Vector.MinNative(below * PerNat, Vector.Create(Buckets - 1f)));
        return bucket & Vector.Create(Buckets - 1);                   // NaN too has one
    }

    /// <summary>exp(x - max) of some tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<double> Low, Vector<double> High) Mass<T>(T* x, T max) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<double> low, high;
        if (typeof(T) == typeof(float))
            Vector.Widen(Vector.Load((float*)x), out low, out high);
        else
            (low, high) = (Vector.Load((double*)x), Vector.Load((double*)x + Vector<double>.Count));
        var shift = Vector.Create(double.CreateTruncating(max));
        return (Lanes.ExpClosely(low - shift), Lanes.ExpClosely(high - shift));
    }

    /// <summary>The last few tokens of a row, with -∞ after them.</summary>
    private static T* Padded<T>(T* x, int count, T* room) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            room[lane] = lane < count ? x[lane] : T.NegativeInfinity;
        return room;
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
