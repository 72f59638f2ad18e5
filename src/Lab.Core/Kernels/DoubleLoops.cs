using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>Loops over float64 that charts and eliminations are made of.</summary>
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

    /// <summary><c>to += factor·a·b</c>.</summary>
    public static void AddProduct(double factor, double* a, double* b, double* to, int count)
    {
        var (i, width, f) = (0, Vector<double>.Count, Vector.Create(factor));
        for (; i <= count - width; i += width)
            (Vector.Load(to + i) + f * Vector.Load(a + i) * Vector.Load(b + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += factor * a[i] * b[i];
    }

    /// <summary><c>to += factor·a</c> and <c>also += factor·b</c>, in one walk.</summary>
    public static void AddBoth(double factor, double* a, double* to, double* b, double* also, int count)
    {
        var (i, width, f) = (0, Vector<double>.Count, Vector.Create(factor));
        for (; i <= count - width; i += width)
        {
            (Vector.Load(to + i) + f * Vector.Load(a + i)).Store(to + i);
            (Vector.Load(also + i) + f * Vector.Load(b + i)).Store(also + i);
        }
        for (; i < count; i++)
        {
            to[i] += factor * a[i];
            also[i] += factor * b[i];
        }
    }
}
