using System.Text;
using Lab.Shared;

namespace Lab.Data.Sets;

/// <summary>A file of a set that the project makes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes.</param>
public sealed record MadeFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>A data set that the project makes itself; the same seed gives the same bytes on every system.</summary>
/// <param name="Name">The name on the command line, and of its folder.</param>
/// <param name="About">One line on what it is.</param>
/// <param name="Licence">Its licence.</param>
/// <param name="Seed">The seed of the committed files.</param>
/// <param name="Make">Makes all files from a seed; reports the part done, 0 to 1, from any thread.</param>
public sealed record MadeSet(
    string Name, string About, string Licence, int Seed, Func<int, IProgress<double>?, IReadOnlyList<MadeFile>> Make)
{
    /// <summary>The list of checksums that stands beside the committed files, as <c>sha256sum --check</c> reads it.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <summary>Makes the set and writes it with its checksums, each file beside its place first and then renamed.</summary>
    /// <param name="folder">Where to; made if missing.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Told the part done, 0 to 1, from any thread.</param>
    /// <returns>The files written, without the list of checksums.</returns>
    public IReadOnlyList<MadeFile> Write(string folder, int seed, IProgress<double>? progress = null)
    {
        Directory.CreateDirectory(folder);                            // what cannot be written is known before the work
        var files = Make(seed, progress);
        foreach (var file in files)
            AtomicFile.Write(Path.Combine(folder, file.Name), file.Content.Span);
        var sums = string.Concat(files.Select(file => $"{Line(file)}\n"));
        AtomicFile.Write(Path.Combine(folder, Checksums), Encoding.ASCII.GetBytes(sums));
        return files;
    }

    /// <summary>A file's line in the list of checksums.</summary>
    public static string Line(MadeFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return $"{Checksum.Of(file.Content.Span)}  {file.Name}";
    }
}
