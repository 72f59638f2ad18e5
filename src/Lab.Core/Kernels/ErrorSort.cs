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
/// pixel of the region has slope 0, and is not sorted at all: in a trained network, almost all of them.
/// </remarks>
internal static unsafe class ErrorSort
{
    /// <summary>A pixel's number takes 31 bits of an entry; the last says whether it is of the region.</summary>
    public const long MostPixels = 1L << 31;

    private const uint Worst = 0x3F80_0001;                           // the bits of 1f, and 1 more: NaN
    private const int Digit = 10;
    private const int Buckets = 1 << Digit;
    private const int Passes = 3;

    /// <summary>The loss of one class; its slopes in p, where they are wanted, are written over zeros.</summary>
    /// <param name="p">The class's probabilities in the first image.</param>
    /// <param name="slopes">Their slopes, or null.</param>
    /// <param name="images">How many images are taken together.</param>
    /// <param name="stride">How many entries one image's lie behind those of the one before.</param>
    /// <param name="pixels">How many pixels an image has.</param>
    /// <param name="truth">The pixels' classes.</param>
    /// <param name="place">The first image's first pixel.</param>
    /// <param name="k">The class.</param>
    public static double Loss<T>(T* p, T* slopes, long images, long stride, long pixels, ClassTargets truth, long place, long k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (size, least) = Region(p, images, stride, pixels, truth, place, k);
        if (size == 0)
            return GreatestAlarm(p, slopes, images, stride, pixels, truth, place);
        var total = (int)Math.Min(images * pixels, int.MaxValue);
        var (entries, spare) = (ArrayPool<ulong>.Shared.Rent(total), ArrayPool<ulong>.Shared.Rent(total));
        var counts = ArrayPool<int>.Shared.Rent(Passes * Buckets);
        Array.Clear(counts, 0, Passes * Buckets);
        try
        {
            fixed (ulong* from = entries, to = spare)
            fixed (int* digits = counts)
            {
                var count = 0;
                for (var b = 0L; b < images; b++)
                    for (var i = 0L; i < pixels; i++)
                    {
                        var y = truth[place + b * pixels + i];
                        if (truth.Ignores(place + b * pixels + i))
                            continue;
                        var own = y == k;
                        var value = p[b * stride + i];
                        var bits = Bits(own ? T.One - value : value);
                        if (bits < least)
                            continue;
                        var falling = Worst - bits;                   // ascending order of this is falling order of the errors
                        digits[falling & (Buckets - 1)]++;
                        digits[Buckets + ((falling >> Digit) & (Buckets - 1))]++;
                        digits[2 * Buckets + (falling >> (2 * Digit))]++;
                        from[count++] = ((ulong)falling << 32) | ((ulong)(b * pixels + i) << 1) | (own ? 1u : 0u);
                    }
                var sorted = Sort(from, to, count, digits);
                if (typeof(T) == typeof(double))
                    PutInOrder(sorted, count, e => double.CreateTruncating(Error(p, e, stride, pixels)));
                return Walk(sorted, count, size, p, slopes, stride, pixels);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(entries);
            ArrayPool<ulong>.Shared.Return(spare);
            ArrayPool<int>.Shared.Return(counts);
        }
    }

    /// <summary>How many pixels the region has, and the least error of one of them.</summary>
    private static (long Size, uint Least) Region<T>(T* p, long images, long stride, long pixels, ClassTargets truth, long place, long k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (size, least) = (0L, Worst);
        for (var b = 0L; b < images; b++)
            for (var i = 0L; i < pixels; i++)
                if (truth[place + b * pixels + i] == k && !truth.Ignores(place + b * pixels + i))
                    (size, least) = (size + 1, Math.Min(least, Bits(T.One - p[b * stride + i])));
        return (size, least);
    }

    /// <summary>Without a region the loss is the greatest error: one false alarm is as bad as any number of them.</summary>
    private static double GreatestAlarm<T>(T* p, T* slopes, long images, long stride, long pixels, ClassTargets truth, long place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (entry, greatest) = (-1L, T.Zero);
        for (var b = 0L; b < images; b++)
            for (var i = 0L; i < pixels; i++)
                if (!truth.Ignores(place + b * pixels + i) && (entry < 0 || Exceeds(p[b * stride + i], greatest)))
                    (entry, greatest) = (b * stride + i, p[b * stride + i]);
        if (entry >= 0 && slopes != null)
            slopes[entry] = T.One;
        return double.CreateTruncating(greatest);

        static bool Exceeds(T a, T b) => a > b || (T.IsNaN(a) && !T.IsNaN(b));
    }

    /// <summary>Sorts by the upper half, an entry with an equal one before it staying behind it.</summary>
    private static ulong* Sort(ulong* from, ulong* to, int count, int* digits)
    {
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
    private static void PutInOrder(ulong* entries, int count, Func<ulong, double> error)
    {
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && entries[end] >> 32 == entries[start] >> 32; end++)
            {
            }
            if (end - start > 1)
                new Span<ulong>(entries + start, end - start).Sort((a, b) => error(b).CompareTo(error(a)) is var order and not 0 ? order : a.CompareTo(b));
        }
    }

    /// <summary>Adds up errors times the steps of the Jaccard loss.</summary>
    private static double Walk<T>(ulong* entries, int count, long size, T* p, T* slopes, long stride, long pixels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (loss, union, left) = (0.0, (double)size, (double)size);
        for (var n = 0; n < count; n++)
        {
            var entry = entries[n];
            var own = (entry & 1) != 0;
            var step = own ? 1 / union : left / (union * (union + 1));
            var at = Entry(entry, stride, pixels);
            var error = typeof(T) == typeof(float) && entry >> 32 != 0
                ? BitConverter.UInt32BitsToSingle(Worst - (uint)(entry >> 32))
                : double.CreateTruncating(Error(p, entry, stride, pixels));
            loss += error * step;
            if (slopes != null)
                slopes[at] = T.CreateTruncating(own ? -step : step);
            (union, left) = own ? (union, left - 1) : (union + 1, left);
        }
        return loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Entry(ulong entry, long stride, long pixels)
    {
        var pixel = (long)((entry & 0xFFFF_FFFF) >> 1);
        if (pixel < pixels)
            return pixel;
        var (image, i) = Math.DivRem(pixel, pixels);
        return image * stride + i;
    }

    private static T Error<T>(T* p, ulong entry, long stride, long pixels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var value = p[Entry(entry, stride, pixels)];
        return (entry & 1) != 0 ? T.One - value : value;
    }

    /// <summary>A number that is the greater, the greater the error is; the greatest for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits<T>(T error) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bits = BitConverter.SingleToUInt32Bits(float.CreateTruncating(error));
        return bits <= 0x8000_0000 && (bits & 0x7FFF_FFFF) < Worst ? bits & 0x7FFF_FFFF : Worst;
    }
}
