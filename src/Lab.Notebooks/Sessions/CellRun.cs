using System.Globalization;
using Lab.Notebooks.Displays;

namespace Lab.Notebooks.Sessions;

/// <summary>
/// One run of one cell: takes what the cell gives out, keeps it within the limits, and hands it on in order. It is found
/// through the execution context, so that tasks and threads that a cell starts write to their own session.
/// </summary>
internal sealed class CellRun(Action<SessionEvent> onEvent, OutputLimits limits, Func<string?>? readLine = null)
{
    private static readonly AsyncLocal<CellRun?> current = new();

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> written = [];
    private int displays;
    private volatile bool closed;
    private volatile bool stopped;

    public static CellRun? Current
    {
        get => current.Value;
        set => current.Value = value;
    }

    /// <summary>Whether the run is over, or given up.</summary>
    public bool IsClosed => closed;

    /// <summary>Whether the cell was asked to stop.</summary>
    public bool IsStopped => stopped;

    /// <summary>Whether the cell's own code has begun to run; before, it is compiled.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Says that the cell's own code begins.</summary>
    public void Begin() => HasBegun = true;

    /// <summary>Asks the cell to stop: at the next point that <see cref="StopPoints"/> has put into it.</summary>
    public void Stop() => stopped = true;

    /// <summary>A line from whoever sits before the notebook; null where nobody does.</summary>
    public string? ReadLine() => closed ? null : readLine?.Invoke();

    public void Write(string stream, ReadOnlySpan<char> text)
    {
        lock (gate)
        {
            var room = limits.StreamCharacters - written.GetValueOrDefault(stream);
            if (closed || text.IsEmpty || room < 0)
                return;
            var kept = text.Length <= room ? text : text[..room];
            if (!kept.IsEmpty && kept.Length < text.Length && char.IsHighSurrogate(kept[^1]))
                kept = kept[..^1];
            if (!kept.IsEmpty)
                onEvent(new StreamEvent(stream, kept.ToString()));
            if (text.Length > room)
                onEvent(new StreamEvent(stream, $"\n[cut here: a cell may write {Count(limits.StreamCharacters)} characters to {stream}]\n"));
            written[stream] = text.Length > room ? int.MaxValue : limits.StreamCharacters - room + text.Length;
        }
    }

    public void Emit(SessionEvent happened)
    {
        lock (gate)
        {
            if (closed)
                return;
            if (happened is UpdateEvent or ClearEvent)
            {
                onEvent(happened is UpdateEvent(var id, var data) ? new UpdateEvent(id, Fitted(data)) : happened);
                return;
            }
            if (displays > limits.Displays)
                return;
            if (displays++ == limits.Displays)
            {
                onEvent(new DisplayEvent(MimeBundle.OfText($"[cut here: a cell may show {Count(limits.Displays)} values]")));
                return;
            }
            onEvent(happened switch
            {
                DisplayEvent display => display with { Data = Fitted(display.Data) },
                ResultEvent result => new ResultEvent(Fitted(result.Data)),
                _ => happened,
            });
        }
    }

    /// <summary>Ends the run: all that comes later, from tasks that the cell left behind, is dropped.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
    }

    private MimeBundle Fitted(MimeBundle data)
    {
        if (data.Data.Values.All(text => text.Length <= limits.DisplayCharacters))
            return data;
        var kept = data.Data.Where(form => form.Value.Length <= limits.DisplayCharacters).ToDictionary();
        var cut = data.Data.Where(form => form.Value.Length > limits.DisplayCharacters)
            .Select(form => $"[{form.Key} left out: {Count(form.Value.Length)} characters, the limit is {Count(limits.DisplayCharacters)}]");
        var text = kept.TryGetValue(MimeBundle.Plain, out var plain) ? plain + "\n" : "";
        kept[MimeBundle.Plain] = text + string.Join("\n", cut);
        return new(kept);
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
