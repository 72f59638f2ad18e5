using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lab.Data.Tests.Sets;

/// <summary>What a mirror is asked for: the file's name, and the first byte wanted where a range is.</summary>
internal sealed record Asked(string Name, long? From);

/// <summary>What it answers: a status line, a content length that it declares, and the bytes that it really sends.</summary>
internal sealed record Answer(string Status, byte[] Body)
{
    public long? Length { get; init; }

    public string? ContentRange { get; init; }

    /// <summary>Keeps the line open and silent after the body, instead of closing.</summary>
    public bool ThenSilent { get; init; }

    public static Answer NotFound { get; } = new("404 Not Found", []);

    /// <summary>A well-behaved server's answer.</summary>
    public static Answer Serve(byte[] file, Asked asked) => asked.From switch
    {
        null => new("200 OK", file),
        { } from when from < file.Length => new("206 Partial Content", file[(int)from..])
        {
            ContentRange = $"bytes {from}-{file.Length - 1}/{file.Length}",
        },
        _ => new("416 Range Not Satisfiable", []) { ContentRange = $"bytes */{file.Length}" },
    };

    /// <summary>The same, but the connection breaks after some bytes of the body.</summary>
    public Answer BrokenAfter(int bytes) => this with { Length = Body.Length, Body = Body[..bytes] };
}

/// <summary>An HTTP server on the loopback whose every answer the test decides, broken ones too.</summary>
internal sealed class LocalMirror : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<Asked, int, Answer> answer;
    private readonly Task running;

    public LocalMirror(Func<Asked, int, Answer> answer)
    {
        this.answer = answer;
        listener.Start();
        running = Task.Run(RunAsync);
    }

    /// <summary>The folder that it serves.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/set/");

    /// <summary>Every request so far.</summary>
    public ConcurrentQueue<Asked> Log { get; } = new();

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        running.Wait(TimeSpan.FromSeconds(5));
        listener.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception ending) when (ending is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var name = (await reader.ReadLineAsync(stop.Token) ?? "").Split(' ').ElementAtOrDefault(1)?.Split('/')[^1] ?? "";
            long? from = null;
            while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } header)
            {
                if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    from = long.Parse(header[13..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            }
            var asked = new Asked(name, from);
            Log.Enqueue(asked);
            var reply = answer(asked, Log.Count);
            var head = $"HTTP/1.1 {reply.Status}\r\nContent-Length: {reply.Length ?? reply.Body.Length}\r\nConnection: close\r\n"
                + (reply.ContentRange is { } range ? $"Content-Range: {range}\r\n" : "") + "\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token);
            await stream.WriteAsync(reply.Body, stop.Token);
            if (reply.ThenSilent)
                await stream.ReadExactlyAsync(new byte[1], stop.Token);
        }
        catch (IOException)
        {
            // The other side hung up.
        }
    }
}
