using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Grading.Worker;

/// <summary>Tensors as bytes: dtype, shape, layout, numbers.</summary>
internal static class TensorWire
{
    private const int MostDims = 16;

    private static readonly Dictionary<ScalarType, int> sizes = new()
    {
        [ScalarType.Bool] = 1,
        [ScalarType.Byte] = 1,
        [ScalarType.Int8] = 1,
        [ScalarType.Int16] = 2,
        [ScalarType.Int32] = 4,
        [ScalarType.Int64] = 8,
        [ScalarType.Float16] = 2,
        [ScalarType.BFloat16] = 2,
        [ScalarType.Float32] = 4,
        [ScalarType.Float64] = 8,
    };

    /// <summary>Writes a tensor; with its strides where they are wanted, so that the other side has it as it lies here.</summary>
    public static void Write(BinaryWriter writer, Tensor tensor, bool strided)
    {
        using var scope = NewDisposeScope();
        var (dtype, shape) = (tensor.dtype, tensor.shape);
        if (!sizes.TryGetValue(dtype, out var size) || shape.Length > MostDims)
            throw new WireException($"A tensor of dtype {dtype} with {shape.Length} dimensions cannot be handed over.");
        var meta = tensor.device_type == DeviceType.META;
        if (meta && !strided)
            throw new WireException("A tensor without numbers (meta) cannot be handed over.");
        if (tensor.is_sparse)
            throw new WireException("A sparse tensor cannot be handed over.");
        if (meta)
        {
            WriteHead(writer, dtype, shape, meta);
            return;
        }
        var plain = tensor.detach();
        if (plain.device_type != DeviceType.CPU)
            plain = plain.cpu();
        var strides = strided && shape.Length > 0 && plain.numel() > 0 ? plain.stride() : null;
        var extent = strides is null ? 0 : 1 + shape.Zip(strides).Sum(p => (p.First - 1) * p.Second);
        if (strides is null || plain.is_contiguous() || extent > 4 * plain.numel())
        {
            strides = null;
            plain = plain.contiguous();
        }
        else
        {
            plain = plain.as_strided([extent], [1], plain.storage_offset()).contiguous();
        }
        var count = plain.numel();
        if (count * size > Frame.MostBytes)
            throw new WireException($"A tensor of {count * size} bytes is too large to be handed over.");

        WriteHead(writer, dtype, shape, meta);
        writer.Write(strides is not null);
        foreach (var stride in strides ?? [])
            writer.Write(stride);
        writer.Write((int)count);
        if (count > 0)
            writer.Write(plain.bytes);
    }

    private static void WriteHead(BinaryWriter writer, ScalarType dtype, long[] shape, bool meta)
    {
        writer.Write((byte)dtype);
        writer.Write((byte)shape.Length);
        foreach (var side in shape)
            writer.Write(side);
        writer.Write(meta);
    }

    /// <summary>Reads a tensor. Nothing of what is read is believed before it is checked.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="strided">Whether strides may come, or a tensor without numbers.</param>
    public static Tensor Read(BinaryReader reader, bool strided)
    {
        var dtype = (ScalarType)(sbyte)reader.ReadByte();
        if (!sizes.TryGetValue(dtype, out var size))
            throw new WireException($"A tensor's dtype was wanted, got {(int)dtype}.");
        var shape = Sides(reader, reader.ReadByte());
        if (reader.ReadBoolean())
            return strided ? empty(shape, dtype: dtype, device: META) : throw new WireException("A tensor with numbers was wanted.");
        var strides = reader.ReadBoolean() ? Sides(reader, shape.Length) : null;
        var count = reader.ReadInt32();
        var entries = shape.Aggregate(1L, (product, side) => product is < 0 or > int.MaxValue ? -1 : side > int.MaxValue ? -1 : product * side);
        if (strides is null ? count != entries : !strided || shape.Length == 0)
            throw new WireException($"A tensor of shape [{string.Join(", ", shape)}] has {entries} entries, got {count}.");
        if (count < 0 || (long)count * size > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new WireException($"A message ends before the {count} entries of its tensor.");
        if (count == 0)
            return zeros(shape, dtype: dtype);
        var tensor = empty([count], dtype: dtype);
        reader.BaseStream.ReadExactly(tensor.bytes);
        using var flat = tensor;
        return strides is null ? flat.reshape(shape) : flat.as_strided(shape, strides);
    }

    private static long[] Sides(BinaryReader reader, int count)
    {
        if (count > MostDims)
            throw new WireException($"A tensor of at most {MostDims} dimensions was wanted, got {count}.");
        var sides = new long[count];
        for (var d = 0; d < count; d++)
            if ((sides[d] = reader.ReadInt64()) is < 0 or > int.MaxValue)
                throw new WireException($"A tensor's side was wanted, got {sides[d]}.");
        return sides;
    }
}
