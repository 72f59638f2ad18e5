using NetMQ;
using NetMQ.Sockets;

namespace Lab.Kernel.Wire;

/// <summary>Sends back what it gets, on a thread of its own: so a front end knows that the kernel lives, however busy it is.</summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan lookUp = TimeSpan.FromMilliseconds(100);

    private readonly RouterSocket socket = new();                        // a reply that cannot be sent is lost, and nothing else
    private readonly Thread thread;
    private volatile bool ended;

    public Heartbeat(string address, int port)
    {
        Port = KernelSockets.Bind(socket, address, port);
        thread = new(Beat) { IsBackground = true, Name = "heartbeat" };
    }

    public int Port { get; }

    public void Start() => thread.Start();

    public void Dispose()
    {
        ended = true;
        if (thread.IsAlive)
            thread.Join();
        socket.Dispose();
    }

    private void Beat()
    {
        while (!ended)
        {
            NetMQMessage? message = null;
            if (socket.TryReceiveMultipartMessage(lookUp, ref message))
                socket.TrySendMultipartMessage(lookUp, message!);
        }
    }
}
