using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lab.Data.Idx;

/// <summary>An array of numbers with its sizes: what an IDX file holds.</summary>
/// <remarks>IDX is the format of MNIST and its family: a type, up to 255 dimensions, then the elements row by row, big-endian.</remarks>
public sealed class IdxArray
{
    private readonly int[] dims;

    /// <summary>Wraps elements, without copying them.</summary>
    /// <param name="elements">A one-dimensional array of byte, sbyte, short, int, float or double, row by row.</param>
    /// <param name="dims">The size of each dimension; their product is the number of elements.</param>
    /// <exception cref="ArgumentException">Another element type, a negative size, or another number of elements.</exception>
    public IdxArray(Array elements, params int[] dims)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(dims);
        Type = elements.Rank == 1 && IdxTypes.Of(elements.GetType().GetElementType()!) is { } type ? type : throw new ArgumentException(
            $"{nameof(elements)} must be byte[], sbyte[], short[], int[], float[] or double[], got {elements.GetType().Name}.",
            nameof(elements));
        if (dims.Length > byte.MaxValue || dims.Any(dim => dim < 0))
        {
            throw new ArgumentException(
                $"{nameof(dims)} must be at most 255 sizes of 0 or more, got [{string.Join(", ", dims)}].", nameof(dims));
        }
        if (Count(dims) != elements.Length)
        {
            throw new ArgumentException(
                $"{nameof(elements)} must hold {Count(dims)} elements for [{string.Join(", ", dims)}], got {elements.Length}.",
                nameof(elements));
        }
        Elements = elements;
        this.dims = [.. dims];
    }

    /// <summary>The element type.</summary>
    public IdxType Type { get; }

    /// <summary>The size of each dimension; none for a single number.</summary>
    public IReadOnlyList<int> Dims => dims;

    /// <summary>All elements, row by row: byte[], sbyte[], short[], int[], float[] or double[].</summary>
    public Array Elements { get; }

    /// <summary>All elements, row by row, in their type.</summary>
    /// <typeparam name="T">The element type of the file.</typeparam>
    /// <exception cref="ArgumentException">The file holds another type.</exception>
    public T[] As<T>()
        where T : unmanaged =>
        // The runtime lets sbyte[] pass for byte[]; the format does not.
        IdxTypes.Of(typeof(T)) == Type
            ? (T[])Elements
            : throw new ArgumentException($"The elements are {Type}, asked for {typeof(T).Name}.", nameof(T));

    /// <summary>A new tensor of the same type and sizes, on the CPU.</summary>
    public Tensor ToTensor()
    {
        var result = empty([.. dims.Select(dim => (long)dim)], Type switch
        {
            IdxType.UByte => ScalarType.Byte,
            IdxType.SByte => ScalarType.Int8,
            IdxType.Int16 => ScalarType.Int16,
            IdxType.Int32 => ScalarType.Int32,
            IdxType.Float32 => ScalarType.Float32,
            _ => ScalarType.Float64,
        });
        if (Elements.Length > 0)
            Bytes.CopyTo(result.bytes);
        return result;
    }

    /// <summary>The elements of a tensor, copied.</summary>
    /// <param name="tensor">Any shape of at most 255 dimensions; uint8, int8, int16, int32, float32 or float64.</param>
    /// <exception cref="ArgumentException">Another type, for which IDX has no code.</exception>
    public static IdxArray From(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        IdxType type = tensor.dtype switch
        {
            ScalarType.Byte => IdxType.UByte,
            ScalarType.Int8 => IdxType.SByte,
            ScalarType.Int16 => IdxType.Int16,
            ScalarType.Int32 => IdxType.Int32,
            ScalarType.Float32 => IdxType.Float32,
            ScalarType.Float64 => IdxType.Float64,
            _ => throw new ArgumentException(
                $"{nameof(tensor)} must be uint8, int8, int16, int32, float32 or float64, got {tensor.dtype}.", nameof(tensor)),
        };
        using var scope = NewDisposeScope();
        var result = new IdxArray(type.NewArray(checked((int)tensor.numel())), [.. tensor.shape.Select(dim => checked((int)dim))]);
        if (result.Elements.Length > 0)
            tensor.detach().cpu().contiguous().bytes.CopyTo(result.Bytes);
        return result;
    }

    /// <summary>The elements' memory, in this machine's byte order.</summary>
    internal Span<byte> Bytes => MemoryMarshal.CreateSpan(
        ref MemoryMarshal.GetArrayDataReference(Elements), checked(Elements.Length * Type.Size()));

    /// <summary>The number of elements that the sizes ask for; -1 where it passes what an array can hold.</summary>
    internal static long Count(ReadOnlySpan<int> dims)
    {
        if (dims.Contains(0))
            return 0;
        var count = 1L;
        foreach (var dim in dims)
        {
            count *= dim;
            if (count > Array.MaxLength)
                return -1;
        }
        return count;
    }
}
