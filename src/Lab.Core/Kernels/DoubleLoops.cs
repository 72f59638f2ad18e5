using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>Loops over float64 that eliminations are made of.</summary>
internal static unsafe class DoubleLoops
{
    public static double Dot(double* a, double* b, int count)
    {
        var (i, width, one, two) = (0, Vector<double>.Count, Vector<double>.Zero, Vector<double>.Zero);
        for (; i <= count - 2 * width; i += 2 * width)
        {
            one += Vector.Load(a + i) * Vector.Load(b + i);
            two += Vector.Load(a + i + width) * Vector.Load(b + i + width);
        }
        var sum = Vector.Sum(one + two);
        for (; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary><c>to += factor·a</c>.</summary>
    public static void Add(double factor, double* a, double* to, int count)
    {
        var (i, width, f) = (0, Vector<double>.Count, Vector.Create(factor));
        for (; i <= count - width; i += width)
            (Vector.Load(to + i) + f * Vector.Load(a + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += factor * a[i];
    }
}
