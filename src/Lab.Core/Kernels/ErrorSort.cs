using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lab.Core.Kernels;

/// <summary>
/// The Lovász extension of the Jaccard loss for one class: its pixels' errors from the greatest to the smallest, by a radix sort.
/// </summary>
/// <remarks>
/// An error lies in [0, 1], so its bits as float32 are a whole number of 30 digits, in the same order; three passes over ten of them
/// sort it, and keep pixels with equal errors in the map's order. An entry is that number and the pixel's, side by side. In float64,
/// entries whose float32 is the same are put in order afterwards. A pixel outside the region whose error is less than that of every
/// pixel of the region has slope 0, and is not sorted at all: in a trained network, almost all of them. Nor is one without error.
/// </remarks>
internal static unsafe class ErrorSort
{
    /// <summary>A pixel's number takes at most 31 bits of an entry; the last says whether it is of the region.</summary>
    public const long MostPixels = 1L << 30;

    private const uint Worst = 0x3F80_0001;                           // the bits of 1f, and 1 more: NaN
    private const int Digit = 10;
    private const int Buckets = 1 << Digit;
    private const int Passes = 3;

    /// <summary>How many pixels a class has, and the least error of one of them.</summary>
    public readonly record struct Region(long Size, uint Least)
    {
        public static Region Empty => new(0, Worst);

        public Region With<T>(T error) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(Size + 1, Math.Min(Least, Bits(error)));

        public Region With(Region other) => new(Size + other.Size, Math.Min(Least, other.Least));
    }

    /// <summary>One class's maps in the images that are taken together.</summary>
    /// <param name="p">Probabilities in the first image; 0 where a pixel is ignored.</param>
    /// <param name="slopes">Where their slopes are written, or null.</param>
    /// <param name="labels">The pixels' classes, -1 where they are ignored.</param>
    /// <param name="images">How many images.</param>
    /// <param name="stride">How many entries one image's lie behind those of the one before.</param>
    /// <param name="pixels">How many pixels an image has.</param>
    public readonly struct Maps<T>(T* p, T* slopes, int* labels, long images, long stride, long pixels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public readonly T* P = p;
        public readonly T* Slopes = slopes;
        public readonly int* Labels = labels;
        public readonly long Images = images;
        public readonly long Stride = stride;
        public readonly long Pixels = pixels;

        /// <summary>Where a pixel's entry lies.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public long Entry(long pixel)
        {
            if (pixel < Pixels)
                return pixel;
            var (image, i) = Math.DivRem(pixel, Pixels);
            return image * Stride + i;
        }

        /// <summary>The error of a pixel that a sorted entry names.</summary>
        public double Error(ulong entry)
        {
            var value = P[Entry((long)(uint)entry >> 1)];
            return double.CreateTruncating((entry & 1) != 0 ? T.One - value : value);
        }
    }

    /// <summary>The loss of one class; its slopes in p are written, where they are wanted.</summary>
    public static double Loss<T>(Maps<T> maps, Region region, int k) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var b = 0L; b < maps.Images && maps.Slopes != null; b++)
            new Span<T>(maps.Slopes + b * maps.Stride, (int)maps.Pixels).Clear();
        if (region.Size == 0)
            return GreatestAlarm(maps);
        var total = (int)(maps.Images * maps.Pixels);
        var (entries, spare) = (ArrayPool<ulong>.Shared.Rent(total + 1), ArrayPool<ulong>.Shared.Rent(total + 1));
        try
        {
            fixed (ulong* from = entries, to = spare)
            {
                var count = Collect(maps, Math.Max(region.Least, 1u), k, from);
                var sorted = Sort(from, to, count);
                if (typeof(T) == typeof(double))
                    PutInOrder(sorted, count, maps);
                return Walk(sorted, count, region.Size, maps);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(entries);
            ArrayPool<ulong>.Shared.Return(spare);
        }
    }

    /// <summary>Writes an entry for each pixel with the least error or more; without a branch, since half of them may have it.</summary>
    private static int Collect<T>(Maps<T> maps, uint least, int k, ulong* entries) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = 0;
        for (var b = 0L; b < maps.Images; b++)
        {
            T* p = maps.P + b * maps.Stride;
            int* labels = maps.Labels + b * maps.Pixels;
            var number = (ulong)(b * maps.Pixels) << 1;
            for (var i = 0L; i < maps.Pixels; i++, number += 2)
            {
                var own = labels[i] == k;
                var bits = Bits(own ? T.One - p[i] : p[i]);
                entries[count] = ((ulong)(Worst - bits) << 32) | number | (own ? 1u : 0u);  // ascending: falling errors
                count += bits >= least ? 1 : 0;
            }
        }
        return count;
    }

    /// <summary>Without a region the loss is the greatest error: one false alarm is as bad as any number of them.</summary>
    private static double GreatestAlarm<T>(Maps<T> maps) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (entry, greatest) = (-1L, T.Zero);
        for (var b = 0L; b < maps.Images; b++)
            for (var i = 0L; i < maps.Pixels; i++)
            {
                var value = maps.P[b * maps.Stride + i];
                if (maps.Labels[b * maps.Pixels + i] >= 0 && (entry < 0 || value > greatest || (T.IsNaN(value) && !T.IsNaN(greatest))))
                    (entry, greatest) = (b * maps.Stride + i, value);
            }
        if (entry >= 0 && maps.Slopes != null)
            maps.Slopes[entry] = T.One;
        return double.CreateTruncating(greatest);
    }

    /// <summary>Sorts by the upper half, an entry with an equal one before it staying behind it.</summary>
    [SkipLocalsInit]
    private static ulong* Sort(ulong* from, ulong* to, int count)
    {
        int* digits = stackalloc int[Passes * Buckets];
        new Span<int>(digits, Passes * Buckets).Clear();
        for (var i = 0; i < count; i++)
        {
            var key = (uint)(from[i] >> 32);
            digits[key & (Buckets - 1)]++;
            digits[Buckets + ((key >> Digit) & (Buckets - 1))]++;
            digits[2 * Buckets + (key >> (2 * Digit))]++;
        }
        for (var pass = 0; pass < Passes; pass++, digits += Buckets)
        {
            var (shift, start) = (32 + pass * Digit, 0);
            for (var digit = 0; digit < Buckets; digit++)
                (digits[digit], start) = (start, start + digits[digit]);
            for (var i = 0; i < count; i++)
                to[digits[(from[i] >> shift) & (Buckets - 1)]++] = from[i];
            var sorted = to;
            to = from;
            from = sorted;
        }
        return from;
    }

    /// <summary>Orders entries whose float32 is equal by their float64.</summary>
    private static void PutInOrder<T>(ulong* entries, int count, Maps<T> maps) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && entries[end] >> 32 == entries[start] >> 32; end++)
            {
            }
            if (end - start > 1)
                new Span<ulong>(entries + start, end - start).Sort(
                    (a, b) => maps.Error(b).CompareTo(maps.Error(a)) is var order and not 0 ? order : a.CompareTo(b));
        }
    }

    /// <summary>Adds up errors times the steps of the Jaccard loss.</summary>
    private static double Walk<T>(ulong* entries, int count, long size, Maps<T> maps) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (loss, union, left) = (0.0, (double)size, (double)size);
        for (var n = 0; n < count; n++)
        {
            var entry = entries[n];
            var own = (entry & 1) != 0;
            var step = own ? 1 / union : left / (union * (union + 1));
            var error = typeof(T) == typeof(float) && entry >> 32 != 0
                ? BitConverter.UInt32BitsToSingle(Worst - (uint)(entry >> 32))
                : maps.Error(entry);
            loss += error * step;
            if (maps.Slopes != null)
                maps.Slopes[maps.Entry((long)(uint)entry >> 1)] = T.CreateTruncating(own ? -step : step);
            (union, left) = own ? (union, left - 1) : (union + 1, left);
        }
        return loss;
    }

    /// <summary>A number that is the greater, the greater the error is; the greatest for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits<T>(T error) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Min(BitConverter.SingleToUInt32Bits(float.CreateTruncating(error)) & 0x7FFF_FFFF, Worst);
}
