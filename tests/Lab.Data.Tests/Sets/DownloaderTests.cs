using System.Net;
using System.Net.Sockets;
using Lab.Data.Sets;

namespace Lab.Data.Tests.Sets;

public sealed class DownloaderTests : IDisposable
{
    private const string Name = "train-images-idx3-ubyte.gz";
    private static readonly byte[] Content = Draw(300_000);
    private readonly TempFolder folder = new();
    private readonly HttpClient client = new();

    private string Whole => folder.File(Name);

    private string Part => folder.File(Name + Downloader.PartSuffix);

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_arrives_whole_under_its_name()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        var seen = new List<DownloadProgress>();
        await Get([mirror.Address], new Direct<DownloadProgress>(seen.Add));
        AssertArrived();
        Assert.Equal(new DownloadProgress(Name, Content.Length, Content.Length), seen[^1]);
        Assert.Equal(seen.Select(step => step.Received).Order(), seen.Select(step => step.Received));
    }

    [Fact]
    public async Task What_is_there_and_right_is_not_asked_for_again()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        folder.Write(Name, Content);
        await Get([mirror.Address]);
        Assert.Empty(mirror.Log);
    }

    [Fact]
    public async Task What_is_there_and_damaged_is_replaced()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        folder.Write(Name, new byte[Content.Length]);
        await Get([mirror.Address]);
        AssertArrived();
    }

    [Fact]
    public async Task A_broken_connection_is_resumed_where_it_broke()
    {
        using var mirror = new LocalMirror((asked, request) =>
            Answer.Serve(Content, asked) is var whole && request <= 4 ? whole.BrokenAfter(50_000) : whole);
        await Get([mirror.Address]);
        AssertArrived();
        Assert.Equal([null, 50_000, 100_000, 150_000, 200_000], mirror.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task A_later_run_goes_on_where_the_first_was_stopped()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        folder.Write(Name + Downloader.PartSuffix, Content[..123_456]);
        await Get([mirror.Address]);
        AssertArrived();
        Assert.Equal([123_456], mirror.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task A_whole_part_needs_no_request()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        folder.Write(Name + Downloader.PartSuffix, Content);
        await Get([mirror.Address]);
        AssertArrived();
        Assert.Empty(mirror.Log);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_over()
    {
        using var mirror = new LocalMirror((_, _) => new("200 OK", Content));
        folder.Write(Name + Downloader.PartSuffix, Content[..100]);
        await Get([mirror.Address]);
        AssertArrived();
    }

    [Fact]
    public async Task A_server_that_answers_another_range_is_not_trusted()
    {
        using var mirror = new LocalMirror((asked, request) => request == 1
            ? new("206 Partial Content", Content[50..]) { ContentRange = $"bytes 50-{Content.Length - 1}/{Content.Length}" }
            : Answer.Serve(Content, asked));
        folder.Write(Name + Downloader.PartSuffix, Content[..100]);
        await Get([mirror.Address]);
        AssertArrived();
        Assert.Equal([100, null], mirror.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task A_damaged_part_is_thrown_away_and_fetched_whole()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        folder.Write(Name + Downloader.PartSuffix, new byte[1000]);
        await Get([mirror.Address]);
        AssertArrived();
        Assert.Equal([1000, null], mirror.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task A_wrong_checksum_is_refused_and_nothing_is_kept()
    {
        var forged = Draw(Content.Length, seed: 2);
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(forged, asked));
        var error = await Assert.ThrowsAsync<DownloadException>(() => Get([mirror.Address]));
        Assert.Contains($"{mirror.Address}{Name}: wanted SHA-256 {Checksum.Of(Content)}, got {Checksum.Of(forged)}", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Single(mirror.Log);
    }

    [Fact]
    public async Task More_bytes_than_the_file_has_are_refused()
    {
        using var mirror = new LocalMirror((_, _) => new("200 OK", [.. Content, 0]));
        var error = await Assert.ThrowsAsync<DownloadException>(() => Get([mirror.Address]));
        Assert.Contains($"wanted {Content.Length} bytes, got more", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Whole));
    }

    [Fact]
    public async Task Fewer_bytes_are_refused_after_some_tries()
    {
        using var mirror = new LocalMirror((_, _) => new("200 OK", Content[..10]));
        var error = await Assert.ThrowsAsync<DownloadException>(() => Get([mirror.Address]));
        Assert.Contains($"wanted {Content.Length} bytes, got 10", error.Message, StringComparison.Ordinal);
        Assert.InRange(mirror.Log.Count, 2, 5);
    }

    [Fact]
    public async Task The_next_mirror_goes_on_with_what_the_first_gave()
    {
        using var first = new LocalMirror((asked, request) => request == 1 ? Answer.Serve(Content, asked).BrokenAfter(70_000) : Answer.NotFound);
        using var second = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        await Get([first.Address, second.Address]);
        AssertArrived();
        Assert.Equal([70_000], second.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task Every_mirror_that_failed_is_named_with_its_reason()
    {
        using var first = new LocalMirror((_, _) => Answer.NotFound);
        using var second = new LocalMirror((_, _) => new("503 Service Unavailable", []));
        var error = await Assert.ThrowsAsync<DownloadException>(() => Get([first.Address, second.Address]));
        Assert.Contains($"No mirror gave {Name} of test-set.", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{first.Address}{Name}: HTTP 404 Not Found", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{second.Address}{Name}: HTTP 503 Service Unavailable", error.Message, StringComparison.Ordinal);
        Assert.Single(first.Log);
        Assert.Equal(3, second.Log.Count);
    }

    [Fact]
    public async Task No_network_is_said_so_and_what_came_before_is_kept()
    {
        folder.Write(Name + Downloader.PartSuffix, Content[..4321]);
        var error = await Assert.ThrowsAsync<DownloadException>(() => Get([new("http://no-such-host.invalid/a/"), Closed()]));
        Assert.StartsWith("No network: none of no-such-host.invalid, 127.0.0.1 can be reached (", error.Message, StringComparison.Ordinal);
        Assert.Contains("The 4,321 bytes that came are kept", error.Message, StringComparison.Ordinal);
        Assert.Equal(4321, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_mirror_that_falls_silent_is_left_and_resumed_elsewhere()
    {
        using var silent = new LocalMirror((asked, request) => request == 1
            ? Answer.Serve(Content, asked).BrokenAfter(30_000) with { ThenSilent = true }
            : Answer.NotFound);
        using var second = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        await Get([silent.Address, second.Address], patience: TimeSpan.FromSeconds(0.5));
        AssertArrived();
        Assert.Equal([30_000], second.Log.Select(asked => asked.From));
    }

    [Fact]
    public async Task Stopping_keeps_what_came()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked).BrokenAfter(40_000) with { ThenSilent = true });
        using var stop = new CancellationTokenSource();
        var watch = new Direct<DownloadProgress>(step =>
        {
            if (step.Received == 40_000)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Get([mirror.Address], watch, stop: stop));
        Assert.Equal(Content[..40_000], File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task Two_downloads_at_once_do_not_mix()
    {
        using var mirror = new LocalMirror((asked, _) => Answer.Serve(Content, asked));
        using (new FileStream(Part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var error = await Assert.ThrowsAsync<DownloadException>(() => Get([mirror.Address]));
            Assert.StartsWith($"Cannot write {Part}: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_catalog_is_whole()
    {
        Assert.Equal(["digits", "dates", "ner", "scenes", "treebank", "mnist", "fashion-mnist", "voc2012", "conll2003"], Catalog.Names);
        Assert.All(Catalog.Real, set =>
        {
            Assert.Equal(set.Unpacked is null ? 4 : 1, set.Files.Count);
            Assert.All(set.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
            Assert.True(set.Mirrors.Count >= 2);
            Assert.All(set.Mirrors, mirror => Assert.EndsWith("/", mirror.AbsoluteUri, StringComparison.Ordinal));
        });
    }

    private Task Get(
        Uri[] mirrors, IProgress<DownloadProgress>? progress = null, TimeSpan? patience = null, CancellationTokenSource? stop = null)
    {
        var set = new RealSet("test-set", "A set", "None", mirrors, [new(Name, Content.Length, Checksum.Of(Content))]);
        var downloader = new Downloader(client) { Pause = TimeSpan.Zero, Patience = patience ?? TimeSpan.FromSeconds(20) };
        return downloader.GetAsync(set, folder.Path, progress, stop?.Token ?? TestContext.Current.CancellationToken);
    }

    private void AssertArrived()
    {
        Assert.Equal([Whole], Directory.GetFiles(folder.Path));
        Assert.Equal(Content, File.ReadAllBytes(Whole));
    }

    private static Uri Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    private static byte[] Draw(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
