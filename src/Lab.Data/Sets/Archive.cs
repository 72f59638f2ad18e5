using System.Formats.Tar;

namespace Lab.Data.Sets;

/// <summary>Unpacks the tar archives of a set beside them.</summary>
public static class Archive
{
    /// <summary>Unpacks, unless it was done before. What is unpacked takes its name when all of it is there.</summary>
    /// <param name="set">A set with <see cref="RealSet.Unpacked"/>.</param>
    /// <param name="folder">Where its files lie.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="InvalidDataException">A damaged archive, or one without the folder that was promised.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool Unpack(RealSet set, string folder)
    {
        ArgumentNullException.ThrowIfNull(set);
        var target = Path.Combine(folder, set.Unpacked ?? throw new ArgumentException("set must say what it is unpacked to.", nameof(set)));
        if (Directory.Exists(target))
            return false;
        var beside = Path.Combine(folder, $".{set.Unpacked}.unpacking");
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);      // an earlier try that was stopped
        Directory.CreateDirectory(beside);
        foreach (var file in set.Files.Where(file => file.Name.EndsWith(".tar", StringComparison.Ordinal)))
        {
            var path = Path.Combine(folder, file.Name);
            try
            {
                TarFile.ExtractToDirectory(path, beside, overwriteFiles: true);
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or FormatException)
            {
                throw new InvalidDataException($"{path}: damaged archive: {damage.Message}", damage);
            }
        }
        var unpacked = Path.Combine(beside, set.Unpacked);
        if (!Directory.Exists(unpacked))
            throw new InvalidDataException($"{folder}: wanted a folder {set.Unpacked} in the archives of {set.Name}, got none.");
        Directory.Move(unpacked, target);
        Directory.Delete(beside, recursive: true);
        return true;
    }
}
