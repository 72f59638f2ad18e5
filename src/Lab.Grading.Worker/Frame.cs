using System.Buffers.Binary;

namespace Lab.Grading.Worker;

/// <summary>Messages on a stream: a length, then so many bytes.</summary>
internal static class Frame
{
    /// <summary>The longest message that is read or written.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>Writes one message.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> message)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, message.Length);
        stream.Write(length);
        stream.Write(message);
        stream.Flush();
    }

    /// <summary>Reads one message; null where the stream has ended.</summary>
    /// <exception cref="WireException">A length that no message has.</exception>
    public static byte[]? Read(Stream stream)
    {
        Span<byte> length = stackalloc byte[4];
        if (stream.ReadAtLeast(length, 4, throwOnEndOfStream: false) < 4)
            return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count is < 1 or > MostBytes)
            throw new WireException($"A message of 1 to {MostBytes} bytes was wanted, got one of {count}.");
        var message = new byte[count];
        return stream.ReadAtLeast(message, count, throwOnEndOfStream: false) == count ? message : null;
    }
}
