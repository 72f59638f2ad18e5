using System.Buffers.Binary;

namespace Lab.Data.Idx;

/// <summary>Lays an array out as a plain IDX file.</summary>
internal static class IdxWriter
{
    public static byte[] Encode(IdxArray array)
    {
        var header = 4 + (4 * array.Dims.Count);
        var elements = array.Bytes;
        var file = new byte[header + elements.Length];
        file[2] = (byte)array.Type;
        file[3] = (byte)array.Dims.Count;
        for (var i = 0; i < array.Dims.Count; i++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), array.Dims[i]);
        var body = file.AsSpan(header);
        elements.CopyTo(body);
        ByteOrder.Swap(body, array.Type.Size());
        return file;
    }
}
