using System.Text;
using Lab.Notebooks.Sessions;

namespace Lab.Notebooks.Running;

/// <summary>
/// Sends a cell's events to the parent. Pieces of a line are put together, for a tenth of a second at most; whole lines
/// go at once, so that they are told even if the next statement ends the process.
/// </summary>
internal sealed class EventSender : IDisposable
{
    private static readonly TimeSpan longest = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly TextWriter pipe;
    private readonly Timer timer;
    private readonly StringBuilder pending = new();
    private string stream = StreamEvent.Stdout;

    public EventSender(TextWriter pipe)
    {
        this.pipe = pipe;
        timer = new(_ => Flush(), null, longest, longest);
    }

    public void Send(SessionEvent happened)
    {
        lock (gate)
        {
            if (happened is StreamEvent(var name, var text))
            {
                if (name != stream)
                    FlushHeld();
                stream = name;
                pending.Append(text);
                if (text.EndsWith('\n'))
                    FlushHeld();
                return;
            }
            FlushHeld();
            Say(happened switch
            {
                DisplayEvent display => new Showed(display.Data.Data.ToDictionary(), IsResult: false, display.Id),
                ResultEvent result => new Showed(result.Data.Data.ToDictionary(), IsResult: true),
                UpdateEvent update => new Updated(update.Id, update.Data.Data.ToDictionary()),
                ClearEvent clear => new Cleared(clear.Wait),
                _ => throw new ArgumentException($"An event of a known kind was wanted, got {happened.GetType()}.", nameof(happened)),
            });
        }
    }

    /// <summary>Sends what is pending, then the message.</summary>
    public void Send(WorkerMessage message)
    {
        lock (gate)
        {
            FlushHeld();
            Say(message);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Flush()
    {
        lock (gate)
            FlushHeld();
    }

    private void FlushHeld()
    {
        if (pending.Length == 0)
            return;
        Say(new Wrote(stream, pending.ToString()));
        pending.Clear();
    }

    private void Say(WorkerMessage message)
    {
        try
        {
            pipe.WriteLine(message.ToLine());
            pipe.Flush();
        }
        catch (IOException)
        {
            // The parent is gone; NotebookWorker ends this process as soon as it reads the same.
        }
    }
}
