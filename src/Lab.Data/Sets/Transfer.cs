using System.Net;
using System.Net.Http.Headers;

namespace Lab.Data.Sets;

/// <summary>Why one try at one mirror failed.</summary>
internal sealed class TransferFailure(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the same mirror may do better when asked again.</summary>
    public bool Again { get; init; }

    /// <summary>Whether there was no way to the mirror at all.</summary>
    public bool Unreachable { get; init; }
}

/// <summary>One request for what is missing of a file, and its answer put to the end of the part on the disk.</summary>
internal sealed class Transfer(
    HttpClient client, Uri address, string part, SetFile file, TimeSpan patience, IProgress<DownloadProgress>? progress)
{
    /// <summary>Returns when the part has the file's length; throws <see cref="TransferFailure"/> where it cannot.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var disk = OpenPart();
        if (disk.Length > file.Bytes)
            disk.SetLength(0);
        if (disk.Length == file.Bytes)
            return;

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(patience);
        var answered = false;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (disk.Length > 0)
                request.Headers.Range = new RangeHeaderValue(disk.Length, null);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            answered = true;
            Begin(answer, disk);
            await ReceiveAsync(answer, disk, silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException stopped) when (!cancel.IsCancellationRequested)
        {
            throw new TransferFailure($"silent for {patience.TotalSeconds:0} s", stopped) { Again = answered, Unreachable = !answered };
        }
        catch (HttpRequestException failed)
        {
            var unreachable = failed.HttpRequestError
                is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError;
            throw new TransferFailure(failed.Message, failed) { Again = !unreachable, Unreachable = unreachable };
        }
    }

    private FileStream OpenPart()
    {
        try
        {
            var disk = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            disk.Seek(0, SeekOrigin.End);
            return disk;
        }
        catch (IOException taken)
        {
            throw new DownloadException($"Cannot write {part}: {taken.Message}", taken);
        }
    }

    // Decides from the answer's head where its content belongs.
    private static void Begin(HttpResponseMessage answer, FileStream disk)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.PartialContent when answer.Content.Headers.ContentRange?.From == disk.Length:
                return;
            case HttpStatusCode.OK:
                disk.SetLength(0);
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                var range = answer.Content.Headers.ContentRange?.ToString() ?? "none";
                var asked = disk.Length;
                disk.SetLength(0);
                throw new TransferFailure($"wanted the range from byte {asked}, got {range}") { Again = true };
            default:
                var code = (int)answer.StatusCode;
                throw new TransferFailure($"HTTP {code} {answer.ReasonPhrase}") { Again = code is 408 or 429 or >= 500 };
        }
    }

    private async Task ReceiveAsync(HttpResponseMessage answer, FileStream disk, CancellationTokenSource silence)
    {
        var buffer = new byte[1 << 16];
        await using var content = await answer.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        while (await ReadAsync(content, buffer, silence).ConfigureAwait(false) is > 0 and var got)
        {
            if (disk.Length + got > file.Bytes)
            {
                disk.SetLength(0);
                throw new TransferFailure($"wanted {file.Bytes} bytes, got more");
            }
            await disk.WriteAsync(buffer.AsMemory(0, got), silence.Token).ConfigureAwait(false);
            progress?.Report(new(file.Name, disk.Length, file.Bytes));
        }
        if (disk.Length < file.Bytes)
            throw new TransferFailure($"wanted {file.Bytes} bytes, got {disk.Length}") { Again = true };
    }

    private async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationTokenSource silence)
    {
        silence.CancelAfter(patience);
        try
        {
            return await content.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            throw new TransferFailure($"the connection broke: {broken.Message}", broken) { Again = true };
        }
    }
}
