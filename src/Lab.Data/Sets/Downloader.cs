namespace Lab.Data.Sets;

/// <summary>How far a download is.</summary>
/// <param name="File">The file being fetched.</param>
/// <param name="Received">Bytes of it that lie on the disk.</param>
/// <param name="Total">Its length.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total);

/// <summary>
/// Fetches the files of a real set: resumes what was begun, goes on to the next mirror when one fails, and lets no file take
/// its name before its checksum is right.
/// </summary>
/// <param name="client">Sends the requests. It must not unpack content by itself (the default does not).</param>
public sealed class Downloader(HttpClient client)
{
    /// <summary>The ending of a file that is not whole or not checked yet.</summary>
    public const string PartSuffix = ".part";

    /// <summary>How often one mirror is asked again after a connection broke without bringing anything new.</summary>
    private const int Attempts = 3;

    /// <summary>How long a mirror may be silent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before asking the same mirror again.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Fetches every file of a set that is not there yet.</summary>
    /// <param name="set">The set.</param>
    /// <param name="folder">Where to; made if missing.</param>
    /// <param name="progress">Told after every piece.</param>
    /// <param name="cancel">Stops; what came so far stays, for the next time.</param>
    /// <exception cref="DownloadException">No mirror gave a file with the right checksum, or there is no network.</exception>
    public async Task GetAsync(
        RealSet set, string folder, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        Directory.CreateDirectory(folder);
        foreach (var file in set.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!IsWhole(path, file))
                await GetFileAsync(set, file, path, progress, cancel).ConfigureAwait(false);
            progress?.Report(new(file.Name, file.Bytes, file.Bytes));
        }
    }

    /// <summary>Whether a file is there, with the right length and checksum.</summary>
    /// <param name="path">Where it should be.</param>
    /// <param name="file">What it should be.</param>
    public static bool IsWhole(string path, SetFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return File.Exists(path) && new FileInfo(path).Length == file.Bytes && Checksum.OfFile(path) == file.Sha256;
    }

    private async Task GetFileAsync(
        RealSet set, SetFile file, string path, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        var failures = new List<(Uri Address, TransferFailure Failure)>();
        var part = path + PartSuffix;
        foreach (var mirror in set.Mirrors)
        {
            var address = new Uri(mirror, file.Name);
            var failure = await TryMirrorAsync(address, file, part, progress, cancel).ConfigureAwait(false);
            if (failure is null)
            {
                File.Move(part, path, overwrite: true);
                return;
            }
            failures.Add((address, failure));
        }
        throw Explain(set, file, part, failures);
    }

    // Null when the whole file lies in the part, checked.
    private async Task<TransferFailure?> TryMirrorAsync(
        Uri address, SetFile file, string part, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = Length(part);
            TransferFailure failure;
            try
            {
                await new Transfer(client, address, part, file, Patience, progress).RunAsync(cancel).ConfigureAwait(false);
                if (Checksum.OfFile(part) is var got && got == file.Sha256)
                    return null;
                File.Delete(part);
                failure = new($"wanted SHA-256 {file.Sha256}, got {got}") { Again = before > 0 };
            }
            catch (TransferFailure broken)
            {
                failure = broken;
            }
            if (Length(part) > before)
                attempt = 1;
            if (!failure.Again || attempt >= Attempts)
                return failure;
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
    }

    private static DownloadException Explain(
        RealSet set, SetFile file, string part, List<(Uri Address, TransferFailure Failure)> failures)
    {
        if (failures.TrueForAll(failed => failed.Failure.Unreachable))
        {
            var hosts = string.Join(", ", set.Mirrors.Select(mirror => mirror.Host).Distinct());
            return new($"No network: none of {hosts} can be reached ({failures[0].Failure.Message}). "
                + $"{Kept(part)}Nothing of the course needs this set: the sets that it needs lie in data/.");
        }
        var reasons = string.Concat(failures.Select(failed => $"{Environment.NewLine}  {failed.Address}: {failed.Failure.Message}"));
        return new($"No mirror gave {file.Name} of {set.Name}. {Kept(part)}Tried:{reasons}");
    }

    private static string Kept(string part) =>
        Length(part) is > 0 and var kept ? $"The {kept:N0} bytes that came are kept; the same command goes on from there. " : "";

    private static long Length(string part) => File.Exists(part) ? new FileInfo(part).Length : 0;
}
