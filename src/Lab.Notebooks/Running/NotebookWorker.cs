using System.IO.Pipes;
using System.Text;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>
/// The child's side of a notebook run: opens a session and runs the cells that the parent sends, until the parent closes
/// the pipe. Console output of cells goes through the session; what native code prints goes to the process's own streams.
/// </summary>
public static class NotebookWorker
{
    /// <summary>Serves the parent behind the pipe; does not return while the parent lives.</summary>
    /// <param name="pipeName">The name of the parent's pipe.</param>
    public static async Task ServeAsync(string pipeName)
    {
        await using var pipe = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(30_000);
        using var reader = new StreamReader(pipe, Encoding.UTF8);
        await using var writer = new StreamWriter(pipe, new UTF8Encoding(false));
        using var sender = new EventSender(writer);

        using var cells = new SessionQueue(sender);
        while (await reader.ReadLineAsync() is { } line)
            cells.Take(WorkerMessage.Read(line));

        // The parent is gone, or done with us. A cell that still runs, or hangs in native code, must not outlive it.
        System.Diagnostics.Process.GetCurrentProcess().Kill();
    }

    /// <summary>Runs what was sent, in order, while the pipe goes on being read: so the parent's end is noticed at once.</summary>
    private sealed class SessionQueue(EventSender sender) : IDisposable
    {
        private ScriptSession? session;
        private Task last = Task.CompletedTask;

        public void Take(WorkerMessage message) => last = HandleAsync(last, message);

        public void Dispose() => session?.Dispose();

        private async Task HandleAsync(Task before, WorkerMessage message)
        {
            await before;
            try
            {
                await HandleAsync(message);
            }
            catch (Exception problem)
            {
                // A fault of the worker, not of the cell: the parent shows these last words.
                Environment.FailFast($"The worker failed at {message.GetType().Name}: {problem}");
            }
        }

        private async Task HandleAsync(WorkerMessage message)
        {
            switch (message)
            {
                case StartSession start:
                    session = new(new() { BaseDirectory = start.BaseDirectory });
                    // The compiler's own start is no part of the first cell's time.
                    await session.RunAsync("", "start", _ => { });
                    sender.Send(new Ready());
                    break;
                case RunCell cell when session is not null:
                    var result = await session.RunAsync(cell.Code, cell.Name, sender.Send);
                    sender.Send(new Ended(result.Error));
                    break;
                default:
                    throw new InvalidOperationException($"start, then run was wanted, got {message.GetType().Name}.");
            }
        }
    }
}
