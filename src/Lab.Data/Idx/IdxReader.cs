using System.Buffers.Binary;

namespace Lab.Data.Idx;

/// <summary>Reads one plain IDX stream, and trusts nothing that its header says before the bytes are there.</summary>
internal sealed class IdxReader(Stream stream, string name)
{
    private const int Block = 1 << 20;

    public IdxArray Read()
    {
        Span<byte> magic = stackalloc byte[4];
        Fill(magic, "a magic number of 4 bytes");
        if (magic[0] != 0 || magic[1] != 0)
            throw Bad("an IDX file, which starts with bytes 00 00 (1F 8B when gzipped)", $"{magic[0]:X2} {magic[1]:X2} {magic[2]:X2} {magic[3]:X2}");
        var type = (IdxType)magic[2];
        if (!Enum.IsDefined(type))
            throw Bad("element type 08, 09, 0B, 0C, 0D or 0E", $"{magic[2]:X2}");

        var dims = ReadDims(magic[3]);
        var count = IdxArray.Count(dims);
        if (count < 0 || count * type.Size() > Array.MaxLength)
            throw Bad("at most 2 GB of elements", $"{type} [{string.Join(", ", dims)}]");
        var array = ReadElements(type, dims, (int)count);
        if (stream.ReadByte() >= 0)
            throw Bad($"the end after {type} [{string.Join(", ", dims)}]", "more bytes");
        return array;
    }

    private int[] ReadDims(int rank)
    {
        Span<byte> header = stackalloc byte[4 * byte.MaxValue];
        header = header[..(4 * rank)];
        Fill(header, $"{rank} sizes of 4 bytes");
        var dims = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            dims[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 * i)..]);
            if (dims[i] < 0)
                throw Bad($"a size of at most {int.MaxValue} for dimension {i}", $"{(uint)dims[i]}");
        }
        return dims;
    }

    // A file that is cut short must not make us allocate what its header promises: the plain file's length is known,
    // and a packed one is gathered in blocks.
    private IdxArray ReadElements(IdxType type, int[] dims, int count)
    {
        var wanted = (long)count * type.Size();
        var described = $"{wanted} bytes of {type} [{string.Join(", ", dims)}]";
        if (stream.CanSeek && stream.Length - stream.Position is var rest && rest < wanted)
            throw Bad(described, $"{rest} bytes");

        var blocks = new List<byte[]>();
        for (var left = wanted; left > 0 && !stream.CanSeek && wanted > Block; left -= blocks[^1].Length)
        {
            var block = new byte[Math.Min(left, Block)];
            Fill(block, described, wanted - left);
            blocks.Add(block);
        }
        var array = new IdxArray(type.NewArray(count), dims);
        var bytes = array.Bytes;
        if (blocks.Count == 0)
            Fill(bytes, described);
        for (var i = 0; i < blocks.Count; i++)
            blocks[i].CopyTo(bytes[(i * Block)..]);
        ByteOrder.Swap(bytes, type.Size());
        return array;
    }

    private void Fill(Span<byte> buffer, string wanted, long before = 0)
    {
        var got = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (got < buffer.Length)
            throw Bad(wanted, $"{before + got} bytes");
    }

    private InvalidDataException Bad(string wanted, string got) => new($"{name}: wanted {wanted}, got {got}.");
}
