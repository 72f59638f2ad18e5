using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Lab.Plots;

/// <summary>
/// Values to draw: a tensor on any device and of any real type, an array, or a list. Notebooks never name this
/// type: tensors, arrays and <c>[1, 2, 3]</c> turn into it where a plot asks for it.
/// </summary>
[CollectionBuilder(typeof(Numbers), nameof(Create))]
public sealed class Numbers : IEnumerable<double>
{
    private readonly double[] values;
    private readonly long[] shape;

    private Numbers(double[] values, params long[] shape) => (this.values, this.shape) = (values, shape);

    /// <summary>The sides, as in a tensor's shape.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>Copies a list of values.</summary>
    public static Numbers Create(ReadOnlySpan<double> values) => new(values.ToArray(), values.Length);

    /// <summary>Copies a tensor to the host as float64, detached from its graph.</summary>
    /// <exception cref="ArgumentException">The tensor is complex.</exception>
    public static Numbers Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.is_complex())
            throw new ArgumentException($"A plot needs real numbers, got a {tensor.dtype} tensor.", nameof(tensor));
        using var scope = NewDisposeScope();
        var host = tensor.detach().cpu().to(ScalarType.Float64).contiguous();
        return new([.. host.data<double>()], tensor.shape);
    }

    /// <summary>Copies a tensor.</summary>
    public static implicit operator Numbers(Tensor tensor) => Of(tensor);

    /// <summary>Copies an array.</summary>
    public static implicit operator Numbers(double[] values) => Create(values);

    /// <summary>Copies an array.</summary>
    public static implicit operator Numbers(float[] values) => FromList(values, v => v);

    /// <summary>Copies an array.</summary>
    public static implicit operator Numbers(int[] values) => FromList(values, v => v);

    /// <summary>Copies an array.</summary>
    public static implicit operator Numbers(long[] values) => FromList(values, v => v);

    /// <summary>Copies a list.</summary>
    public static implicit operator Numbers(List<double> values) => FromList(values, v => v);

    /// <summary>Copies a list.</summary>
    public static implicit operator Numbers(List<float> values) => FromList(values, v => v);

    /// <summary>Copies a matrix.</summary>
    public static implicit operator Numbers(double[,] values) => FromMatrix(values, v => v);

    /// <summary>Copies a matrix.</summary>
    public static implicit operator Numbers(float[,] values) => FromMatrix(values, v => v);

    /// <summary>Copies a matrix, such as counts.</summary>
    public static implicit operator Numbers(int[,] values) => FromMatrix(values, v => v);

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The values of any shape, in row-major order.</summary>
    internal double[] Flat => values;

    /// <summary>0, 1, 2, ...</summary>
    internal static Numbers Range(long count) =>
        new([.. Enumerable.Range(0, checked((int)count)).Select(i => (double)i)], count);

    /// <summary>The values of a non-empty vector.</summary>
    internal double[] Vector(string name)
    {
        if (shape is not [> 0])
            throw BadShape(name, "[N] with N > 0");
        return values;
    }

    /// <summary>The rows of a non-empty matrix.</summary>
    internal double[][] Matrix(string name)
    {
        if (shape is not [> 0, > 0 and var columns])
            throw BadShape(name, "[rows, columns], neither of them 0");
        return [.. values.Chunk((int)columns)];
    }

    internal ArgumentException BadShape(string name, string wanted) =>
        new($"{name} must have shape {wanted}, got [{string.Join(", ", shape)}].", name);

    private static Numbers FromList<T>(IReadOnlyCollection<T> list, Func<T, double> convert) =>
        new([.. list.Select(convert)], list.Count);

    private static Numbers FromMatrix<T>(T[,] matrix, Func<T, double> convert) =>
        new([.. matrix.Cast<T>().Select(convert)], matrix.GetLength(0), matrix.GetLength(1));
}
