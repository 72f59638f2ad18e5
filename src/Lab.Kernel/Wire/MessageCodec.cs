using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Kernel.Wire;

/// <summary>A message that must not be believed, or is none.</summary>
internal sealed class BadMessageException(string message) : Exception(message);

/// <summary>
/// Messages as frames on the wire: identities, <c>&lt;IDS|MSG&gt;</c>, signature, header, parent header, metadata, content.
/// A message whose signature is wrong, or was seen before, is refused.
/// </summary>
internal sealed class MessageCodec(string key)
{
    private const int RememberedSignatures = 64 * 1024;

    private static readonly byte[] delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] keyBytes = Encoding.UTF8.GetBytes(key);
    private readonly HashSet<string> seen = [];

    /// <summary>The frames of a message.</summary>
    public List<byte[]> Encode(KernelMessage message)
    {
        byte[][] parts = [Bytes(message.Header), Bytes(message.Parent), "{}"u8.ToArray(), Bytes(message.Content)];
        return [.. message.Identities, delimiter, Encoding.ASCII.GetBytes(Sign(parts)), .. parts];
    }

    /// <summary>The message of these frames.</summary>
    /// <exception cref="BadMessageException">They hold none that may be believed.</exception>
    public KernelMessage Decode(IReadOnlyList<byte[]> frames)
    {
        var at = 0;
        while (at < frames.Count && !frames[at].AsSpan().SequenceEqual(delimiter))
            at++;
        if (frames.Count < at + 6)
            throw new BadMessageException($"it has {frames.Count} frames, and not <IDS|MSG>, a signature and four parts");
        byte[][] parts = [.. frames.Skip(at + 2).Take(4)];
        Check(frames[at + 1], parts);

        var header = Object(parts[0], "header");
        foreach (var name in new[] { "msg_id", "msg_type" })
        {
            if (header[name] is not JsonValue value || !value.TryGetValue<string>(out _))
                throw new BadMessageException($"its header has no {name}");
        }
        return new([.. frames.Take(at)], header, Object(parts[1], "parent header"), Object(parts[3], "content"));
    }

    private void Check(byte[] signature, byte[][] parts)
    {
        if (keyBytes.Length == 0)
            return;
        var wanted = Sign(parts);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(wanted), signature))
            throw new BadMessageException("its signature is wrong");
        if (seen.Count >= RememberedSignatures)
            seen.Clear();
        if (!seen.Add(wanted))
            throw new BadMessageException("it was sent before, word for word");
    }

    private string Sign(byte[][] parts)
    {
        if (keyBytes.Length == 0)
            return "";
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keyBytes);
        foreach (var part in parts)
            hash.AppendData(part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static JsonObject Object(byte[] part, string name)
    {
        try
        {
            return JsonNode.Parse(part) as JsonObject ?? throw new BadMessageException($"its {name} is no object");
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            throw new BadMessageException($"its {name} is no JSON");
        }
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, plain);
}
