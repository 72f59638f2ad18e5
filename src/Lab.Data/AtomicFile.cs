namespace Lab.Data;

/// <summary>Writes files so that nobody ever sees half of one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside, then renames; makes the folder where it is missing.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var beside = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
                file.Write(content);
            File.Move(beside, full, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
