using System.Diagnostics.CodeAnalysis;

namespace Lab.Data.Idx;

/// <summary>The element types of the IDX format; the value is the third byte of the file.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "They are the names of types.")]
public enum IdxType : byte
{
    /// <summary>Unsigned byte: <see cref="byte"/>. Images and labels of the MNIST family.</summary>
    UByte = 0x08,

    /// <summary>Signed byte: <see cref="sbyte"/>.</summary>
    SByte = 0x09,

    /// <summary>16-bit integer: <see cref="short"/>.</summary>
    Int16 = 0x0B,

    /// <summary>32-bit integer: <see cref="int"/>.</summary>
    Int32 = 0x0C,

    /// <summary>IEEE 754 single: <see cref="float"/>.</summary>
    Float32 = 0x0D,

    /// <summary>IEEE 754 double: <see cref="double"/>.</summary>
    Float64 = 0x0E,
}

/// <summary>What each <see cref="IdxType"/> is in C#.</summary>
internal static class IdxTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this IdxType type) => type switch
    {
        IdxType.UByte or IdxType.SByte => 1,
        IdxType.Int16 => 2,
        IdxType.Int32 or IdxType.Float32 => 4,
        IdxType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type of the IDX format."),
    };

    /// <summary>A zeroed array of the element type.</summary>
    public static Array NewArray(this IdxType type, int length) => type switch
    {
        IdxType.UByte => new byte[length],
        IdxType.SByte => new sbyte[length],
        IdxType.Int16 => new short[length],
        IdxType.Int32 => new int[length],
        IdxType.Float32 => new float[length],
        IdxType.Float64 => new double[length],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type of the IDX format."),
    };

    /// <summary>The type of an array's elements, or null where IDX has none for it.</summary>
    public static IdxType? Of(Type element) =>
        element == typeof(byte) ? IdxType.UByte
        : element == typeof(sbyte) ? IdxType.SByte
        : element == typeof(short) ? IdxType.Int16
        : element == typeof(int) ? IdxType.Int32
        : element == typeof(float) ? IdxType.Float32
        : element == typeof(double) ? IdxType.Float64
        : null;
}
