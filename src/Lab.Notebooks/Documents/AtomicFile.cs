using System.Text;

namespace Lab.Notebooks.Documents;

/// <summary>Writes a file beside its final place and renames it, so that readers see the old text or the new, never half.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Replaces the file's text; on failure the old file stays as it was.</summary>
    /// <exception cref="NotebookException">The folder or the file cannot be written.</exception>
    public static void Write(string path, string text)
    {
        string? beside = null;
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
            var folder = Path.GetDirectoryName(target)!;
            var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                beside = temporary;
                stream.Write(utf8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
            beside = null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"Cannot write {path}: {problem.Message} Nothing was changed.", problem);
        }
        finally
        {
            if (beside is not null)
                File.Delete(beside);
        }
    }
}
