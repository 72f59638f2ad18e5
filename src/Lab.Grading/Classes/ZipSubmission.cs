using System.IO.Compression;

namespace Lab.Grading.Classes;

/// <summary>Takes the C# files out of a student's archive, and nothing else, and never outside of a folder.</summary>
internal static class ZipSubmission
{
    private const int MostEntries = 5_000;
    private const int MostFiles = 200;
    private const long MostBytes = 1 << 20;                    // of one file: the grader itself refuses those above a quarter of it
    private const int LinkMode = 0xA000;                       // the kind of a Unix file, in the upper half of the attributes
    private const int KindMask = 0xF000;

    /// <summary>Unpacks an archive.</summary>
    /// <param name="archive">The zip file.</param>
    /// <param name="folder">Where to: made, and so far empty.</param>
    /// <returns>Why it was not unpacked; null where it was.</returns>
    public static string? Unpack(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        try
        {
            using var zip = ZipFile.OpenRead(archive);
            if (zip.Entries.Count > MostEntries)
                return $"The archive holds {zip.Entries.Count} entries; at most {MostEntries} are read.";
            var files = 0;
            foreach (var entry in zip.Entries)
            {
                var name = entry.FullName.Replace('\\', '/');
                var target = Path.GetFullPath(Path.Combine(root, name));
                if (name.Contains('\0') || Path.IsPathRooted(name) || !target.StartsWith(root, StringComparison.Ordinal))
                    return $"The archive holds \"{Shown(name)}\", which lies outside of it.";
                if (((entry.ExternalAttributes >> 16) & KindMask) == LinkMode)
                    return $"The archive holds the link \"{Shown(name)}\"; hand in the file itself.";
                if (!name.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) || name.StartsWith("__MACOSX/", StringComparison.Ordinal))
                    continue;
                if (++files > MostFiles)
                    return $"The archive holds more than {MostFiles} C# files; one was wanted.";
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using var from = entry.Open();
                using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                CopyAtMost(from, to, MostBytes);
            }
            return null;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return $"The archive cannot be read: {problem.Message.Split('\n')[0].Trim()}";
        }
    }

    // The length that an archive states may be a lie. What is longer is cut off one byte later, and refused by its size.
    private static void CopyAtMost(Stream from, Stream to, long most)
    {
        var buffer = new byte[81_920];
        for (var left = most + 1; left > 0;)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
                return;
            to.Write(buffer, 0, read);
            left -= read;
        }
    }

    private static string Shown(string name) => new([.. name.Where(c => !char.IsControl(c)).Take(80)]);
}
