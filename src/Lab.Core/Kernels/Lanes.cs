using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>Loops over memory, a vector at a time; the few entries that fill no vector one by one.</summary>
internal static unsafe class Lanes
{
    /// <summary>The greatest entry, -∞ of none. Where one is NaN, so is every sum of exponentials: what this gives then is not used.</summary>
    public static T Max<T>(T* x, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, max, width) = (0L, T.NegativeInfinity, Vector<T>.Count);
        if (count >= width)
        {
            var a = Vector.Create(max);
            var (b, c, d) = (a, a, a);                                // four at a time: none waits for the one before
            for (; i <= count - 4 * width; i += 4 * width)
            {
                a = Vector.MaxNative(a, Vector.Load(x + i));
                b = Vector.MaxNative(b, Vector.Load(x + i + width));
                c = Vector.MaxNative(c, Vector.Load(x + i + 2 * width));
                d = Vector.MaxNative(d, Vector.Load(x + i + 3 * width));
            }
            for (; i <= count - width; i += width)
                a = Vector.MaxNative(a, Vector.Load(x + i));
            var lanes = Vector.MaxNative(Vector.MaxNative(a, b), Vector.MaxNative(c, d));
            for (var lane = 0; lane < width; lane++)
                max = T.Max(max, lanes[lane]);
        }
        for (; i < count; i++)
            max = T.Max(max, x[i]);
        return max;
    }

    /// <summary>Σ exp(x - shift), for a shift that is at least every x.</summary>
    public static T SumExp<T>(T* x, long count, T shift) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, lanes, by) = (0L, Vector<T>.Zero, Vector.Create(shift));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            lanes += Exp(Vector.Load(x + i) - by);
        var sum = Vector.Sum(lanes);
        for (; i < count; i++)
            sum += T.Exp(x[i] - shift);
        return sum;
    }

    /// <summary>Σ x, in blocks, so that long sums keep their digits.</summary>
    public static T Sum<T>(T* x, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Block = 2048;
        var sum = T.Zero;
        for (var start = 0L; start < count; start += Block)
        {
            var (i, end, lanes) = (start, Math.Min(count, start + Block), Vector<T>.Zero);
            for (; i <= end - Vector<T>.Count; i += Vector<T>.Count)
                lanes += Vector.Load(x + i);
            var part = Vector.Sum(lanes);
            for (; i < end; i++)
                part += x[i];
            sum += part;
        }
        return sum;
    }

    /// <summary>Writes the logarithms of numbers that are not negative.</summary>
    public static void Log<T>(T* x, T* logs, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0L;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            Log(Vector.Load(x + i)).Store(logs + i);
        for (; i < count; i++)
            logs[i] = T.Log(x[i]);
    }

    /// <summary>exp of numbers that are not positive; in float32 results below 2^-126 become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Exp<T>(Vector<T> x) where T : unmanaged => typeof(T) == typeof(float)
        ? ExpOfNonPositive(x.As<T, float>()).As<float, T>()
        : Vector.Exp(x.As<T, double>()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Log<T>(Vector<T> x) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector.Log(x.As<T, float>()).As<float, T>()
        : Vector.Log(x.As<T, double>()).As<double, T>();

    /// <summary>
    /// 2^n · exp(r), with n the whole number nearest to x / ln 2 and |r| ≤ ln 2 / 2; the polynomial is that of Cephes' expf.
    /// The runtime's own goes by way of float64, at a third of the speed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ExpOfNonPositive(Vector<float> x)
    {
        const float Round = 12582912f;                                // 1.5 · 2^23: adding it leaves a whole number in the low bits
        const float Least = -87.336544f;                              // ln 2^-126
        var rounded = Vector.MultiplyAddEstimate(x, Vector.Create(1.44269504f), Vector.Create(Round));
        var n = rounded - Vector.Create(Round);
        var r = Vector.MultiplyAddEstimate(n, Vector.Create(-0.693359375f), x);               // ln 2 in two parts
        r = Vector.MultiplyAddEstimate(n, Vector.Create(2.12194440e-4f), r);
        var p = Vector.MultiplyAddEstimate(Vector.Create(1.9875691500e-4f), r, Vector.Create(1.3981999507e-3f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(8.3334519073e-3f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(4.1665795894e-2f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.6666665459e-1f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(5.0000001201e-1f));
        p = Vector.MultiplyAddEstimate(p, r * r, r + Vector<float>.One);
        var power = ((rounded.As<float, int>() + Vector.Create(127)) << 23).As<int, float>(); // a product, so that NaN stays NaN
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(Least)), Vector<float>.Zero, p * power);
    }

    /// <summary>
    /// exp of numbers that are not positive, to 1e-11 of it: sums of many are then good to more digits than float32 has. Where all
    /// digits of float64 are not needed this takes a fraction of the time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> ExpClosely(Vector<double> x)
    {
        const double Round = 6755399441055744;                        // 1.5 · 2^52
        const double Least = -708.3964185322641;                      // ln 2^-1022
        var rounded = Vector.MultiplyAddEstimate(x, Vector.Create(1.4426950408889634), Vector.Create(Round));
        var n = rounded - Vector.Create(Round);
        var r = Vector.MultiplyAddEstimate(n, Vector.Create(-0.6931471803691238), x);         // ln 2 in two parts
        r = Vector.MultiplyAddEstimate(n, Vector.Create(-1.9082149292705877e-10), r);
        var p = Vector.Create(1.0 / 362880);                          // Taylor's series to r^9: |r| ≤ ln 2 / 2
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 40320));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 5040));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 720));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 120));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 24));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1.0 / 6));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(0.5));
        p = Vector.MultiplyAddEstimate(p, r, Vector<double>.One);
        p = Vector.MultiplyAddEstimate(p, r, Vector<double>.One);
        var power = ((rounded.As<double, long>() + Vector.Create(1023L)) << 52).As<long, double>();
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(Least)), Vector<double>.Zero, p * power);
    }

    /// <summary>
    /// exp of numbers that are not positive, to the last digit or the one before; below 2^-1022 results become 0. The runtime's own is
    /// a call for each vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpOfNonPositive(Vector512<double> x)
    {
        const double Round = 6755399441055744;                        // 1.5 · 2^52
        const double Least = -708.3964185322641;                      // ln 2^-1022
        var rounded = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.4426950408889634), Vector512.Create(Round));
        var n = rounded - Vector512.Create(Round);
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.6931471803691238), x);   // ln 2 in two parts
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-1.9082149292705877e-10), r);
        var p = Vector512.Create(1.0 / 6227020800);                   // Taylor's series to r^13
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 479001600));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 39916800));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 3628800));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 362880));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 40320));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 5040));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 720));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 120));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 24));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0 / 6));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.5));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512<double>.One);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512<double>.One);
        var power = ((rounded.AsInt64() + Vector512.Create(1023L)) << 52).AsDouble();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Least)), Vector512<double>.Zero, p * power);
    }

    /// <summary>The greatest entry of every block of a row; the last block may be shorter.</summary>
    public static void BlockMaxima<T>(T* x, long count, int block, Span<T> maxima) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = 0;
        for (var start = 0L; start < count; start += block)
            maxima[blocks++] = Max(x + start, Math.Min(block, count - start));
    }
}
