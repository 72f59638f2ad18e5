using System.Text;
using NetMQ;
using NetMQ.Sockets;

namespace Lab.Kernel.Wire;

/// <summary>The kernel's sockets: one thread reads and writes them all, since ZeroMQ's sockets belong to one thread.</summary>
internal sealed class KernelSockets : IDisposable
{
    private static readonly TimeSpan lastWords = TimeSpan.FromSeconds(1);

    private readonly RouterSocket shell = new();
    private readonly RouterSocket control = new();
    private readonly RouterSocket stdin = new();
    private readonly XPublisherSocket iopub = new();
    private readonly NetMQQueue<Action> sendings = new();
    private readonly NetMQPoller poller;
    private readonly Heartbeat heartbeat;
    private readonly MessageCodec codec;
    private readonly Action<Channel, KernelMessage> onMessage;
    private readonly Action<string> log;

    /// <summary>Binds the sockets, and reads none before <see cref="Start"/>.</summary>
    /// <param name="wanted">Where to listen.</param>
    /// <param name="onMessage">Takes each message that may be believed; called on the sockets' thread.</param>
    /// <param name="log">Takes a line on each message that may not.</param>
    /// <exception cref="KernelException">A port is taken, or the address is not this machine's.</exception>
    public KernelSockets(ConnectionFile wanted, Action<Channel, KernelMessage> onMessage, Action<string> log)
    {
        this.onMessage = onMessage;
        this.log = log;
        codec = new(wanted.Key);
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub })
        {
            socket.Options.Linger = lastWords;
            socket.Options.SendHighWatermark = 0;                         // a slow reader must not lose outputs
            socket.Options.ReceiveHighWatermark = 0;
        }
        Connection = wanted with
        {
            ShellPort = Bind(shell, wanted.Ip, wanted.ShellPort),
            ControlPort = Bind(control, wanted.Ip, wanted.ControlPort),
            StdinPort = Bind(stdin, wanted.Ip, wanted.StdinPort),
            IOPubPort = Bind(iopub, wanted.Ip, wanted.IOPubPort),
        };
        heartbeat = new(wanted.Ip, wanted.HeartbeatPort);
        Connection = Connection with { HeartbeatPort = heartbeat.Port };
        poller = [shell, control, stdin, iopub, sendings];
        shell.ReceiveReady += (_, _) => Receive(Channel.Shell, shell);
        control.ReceiveReady += (_, _) => Receive(Channel.Control, control);
        stdin.ReceiveReady += (_, _) => Receive(Channel.Stdin, stdin);
        iopub.ReceiveReady += (_, _) => Welcome();
        sendings.ReceiveReady += (_, _) =>
        {
            while (sendings.TryDequeue(out var send, TimeSpan.Zero))
                send();
        };
    }

    /// <summary>Where the sockets listen, with the ports that they got.</summary>
    public ConnectionFile Connection { get; }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        heartbeat.Start();
        poller.RunAsync("sockets", isBackgroundThread: true);
    }

    /// <summary>Sends a message after those that were sent before.</summary>
    public void Send(Channel channel, KernelMessage message) => sendings.Enqueue(() =>
    {
        var frames = new NetMQMessage(codec.Encode(message));
        NetMQSocket socket = channel switch { Channel.Shell => shell, Channel.Control => control, Channel.Stdin => stdin, _ => iopub };
        if (!socket.TrySendMultipartMessage(lastWords, frames))
            log($"a {message.Type} could not be sent");
    });

    /// <summary>Waits until all that was sent is with the sockets; they deliver it when they are disposed.</summary>
    public async Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sendings.Enqueue(done.SetResult);
        await Task.WhenAny(done.Task, Task.Delay(lastWords));
    }

    public void Dispose()
    {
        if (poller.IsRunning)
            poller.Stop();
        poller.Dispose();
        heartbeat.Dispose();
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub })
            socket.Dispose();
        sendings.Dispose();
        NetMQConfig.Cleanup(block: true);
    }

    internal static int Bind(NetMQSocket socket, string ip, int port)
    {
        var address = $"tcp://{(ip == "localhost" ? "127.0.0.1" : ip is "0.0.0.0" or "::" ? "*" : ip.Contains(':') ? $"[{ip}]" : ip)}";
        try
        {
            if (port == 0)
                return socket.BindRandomPort(address);
            socket.Bind($"{address}:{port}");
            return port;
        }
        catch (Exception problem) when (problem is NetMQException or System.Net.Sockets.SocketException or ArgumentException)
        {
            throw new KernelException($"Cannot listen on {address}:{port}: {problem.Message}");
        }
    }

    private void Receive(Channel channel, NetMQSocket socket)
    {
        var frames = socket.ReceiveMultipartMessage();
        try
        {
            onMessage(channel, codec.Decode([.. frames.Select(frame => frame.ToByteArray())]));
        }
        catch (BadMessageException problem)
        {
            log($"a message on the {channel.ToString().ToLowerInvariant()} channel was dropped: {problem.Message}");
        }
    }

    /// <summary>Tells who subscribes that outputs reach it from now on.</summary>
    private void Welcome()
    {
        var request = iopub.ReceiveFrameBytes();
        if (request is [1, .. var topic])
        {
            var message = KernelMessage.Create([topic], "iopub_welcome", new() { ["subscription"] = Encoding.UTF8.GetString(topic) }, parent: null);
            iopub.TrySendMultipartMessage(lastWords, new NetMQMessage(codec.Encode(message)));
        }
    }
}
