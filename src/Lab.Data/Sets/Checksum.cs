using System.Security.Cryptography;

namespace Lab.Data.Sets;

/// <summary>SHA-256 in lower-case hexadecimal, as <c>sha256sum</c> prints it.</summary>
internal static class Checksum
{
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
