using System.Security.Cryptography;
using System.Text;
using Lab.Grading.Reports;

namespace Lab.Grading.Compilation;

/// <summary>A student's file as text, or why it is none.</summary>
/// <param name="Text">The text; null where there is none to compile.</param>
/// <param name="Sha256">SHA-256 of the bytes in hexadecimal; empty where they were not read.</param>
/// <param name="Status">Graded where the text can be compiled.</param>
/// <param name="Reason">Why it cannot; empty where it can.</param>
internal sealed record SourceFile(string? Text, string Sha256, SubmissionStatus Status, string Reason)
{
    /// <summary>The largest file that is compiled.</summary>
    public const int MostBytes = 256 * 1024;

    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file without following it out of its folder.</summary>
    public static SourceFile Read(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.LinkTarget is not null)
                return No(SubmissionStatus.Missing, $"{info.Name} is a link to another file; hand in the file itself.");
            if (!info.Exists)
                return No(SubmissionStatus.Missing, Directory.Exists(path)
                    ? $"{info.Name} is a folder; a file was wanted."
                    : $"There is no file {info.Name}.");
            if ((info.Attributes & FileAttributes.Device) != 0 || (!OperatingSystem.IsWindows() && !IsRegular(info)))
                return No(SubmissionStatus.Missing, $"{info.Name} is not a regular file.");
            if (info.Length > MostBytes)
                return No(SubmissionStatus.TooLarge, TooLarge(info.Length));
            using var stream = info.OpenRead();
            var bytes = new byte[MostBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Of(bytes.AsSpan(0, length));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return No(SubmissionStatus.Missing, $"{Path.GetFileName(path)} cannot be read: {problem.GetType().Name}.");
        }
    }

    /// <summary>No file, for a reason that is known.</summary>
    public static SourceFile None(string reason) => No(SubmissionStatus.Missing, reason);

    /// <summary>The same for bytes at hand.</summary>
    public static SourceFile Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return No(SubmissionStatus.TooLarge, TooLarge(bytes.Length));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        try
        {
            var text = strict.GetString(bytes).TrimStart('\uFEFF');
            return text.Contains('\0')
                ? new(null, hash, SubmissionStatus.NotText, "The file holds zero bytes: it is not a text file. Save it as UTF-8.")
                : new(text, hash, SubmissionStatus.Graded, "");
        }
        catch (DecoderFallbackException problem)
        {
            return new(null, hash, SubmissionStatus.NotText, $"The file is not UTF-8: byte {problem.Index} cannot be read. Save it as UTF-8.");
        }
    }

    private static bool IsRegular(FileInfo info) =>
        // A pipe, socket or device reports no length and would block whoever opens it.
        (File.GetAttributes(info.FullName) & (FileAttributes.Device | FileAttributes.Directory)) == 0 && !IsSpecial(info);

    private static bool IsSpecial(FileInfo info) => info.Length == 0 && info.FullName.StartsWith("/dev/", StringComparison.Ordinal);

    private static string TooLarge(long length) => $"The file has {length} bytes; a solution has at most {MostBytes}.";

    private static SourceFile No(SubmissionStatus status, string reason) => new(null, "", status, reason);
}
